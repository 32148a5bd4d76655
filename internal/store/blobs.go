package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// ChunkSize is the largest piece of a blob that is held in memory, in bytes.
const ChunkSize = 256 << 10

// WriteBlob stores what r gives, chunk by chunk, and returns the blob's name and
// size. A blob that is not kept (KeepBlob) is swept some time later.
func (s *Store) WriteBlob(ctx context.Context, r io.Reader) (name string, size int64, err error) {
	name = randomName()
	buf := make([]byte, ChunkSize)
	for n := int64(0); ; n++ {
		k, rerr := io.ReadFull(r, buf)
		end := errors.Is(rerr, io.EOF) || errors.Is(rerr, io.ErrUnexpectedEOF)
		if rerr != nil && !end {
			return "", 0, fmt.Errorf("blob: %w", rerr)
		}
		if err := s.Update(ctx, func(ctx context.Context, tx *Tx) error { return tx.chunk(ctx, name, n, buf[:k]) }); err != nil {
			return "", 0, fmt.Errorf("blob: %w", err)
		}
		size += int64(k)
		if end {
			return name, size, nil
		}
	}
}

// PutBlob stores a small blob within the transaction and keeps it.
func (tx *Tx) PutBlob(ctx context.Context, name string, data []byte) error {
	for n := int64(0); n == 0 || len(data) > 0; n++ {
		k := min(len(data), ChunkSize)
		if err := tx.chunk(ctx, name, n, data[:k]); err != nil {
			return err
		}
		data = data[k:]
	}
	return tx.KeepBlob(ctx, name)
}

// NewBlobName returns a name for PutBlob.
func NewBlobName() string { return randomName() }

func (tx *Tx) chunk(ctx context.Context, name string, n int64, data []byte) error {
	const insert = "INSERT INTO blobs (id, n, data, at, kept) VALUES ($1, $2, $3, $4, $5)"
	if n == 0 {
		if _, err := tx.conn.exec(ctx, insert, name, -1, []byte{}, millis(tx.now()), false); err != nil {
			return err
		}
	}
	if len(data) == 0 {
		return nil
	}
	_, err := tx.conn.exec(ctx, insert, name, n, data, millis(tx.now()), false)
	return err
}

// KeepBlob says that a committed row refers to the blob. It returns ErrNotFound
// when there is no such blob.
func (tx *Tx) KeepBlob(ctx context.Context, name string) error {
	return tx.exactly(ctx, fmt.Errorf("blob %s: %w", name, ErrNotFound), "UPDATE blobs SET kept = $1 WHERE id = $2 AND n = -1", true, name)
}

// HasBlob reports whether there is such a blob.
func (tx *Tx) HasBlob(ctx context.Context, name string) (bool, error) {
	var one int64
	err := tx.one(ctx, "SELECT 1 FROM blobs WHERE id = $1 AND n = -1", []any{name}, &one)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// DropBlob deletes a blob.
func (tx *Tx) DropBlob(ctx context.Context, name string) error {
	_, err := tx.conn.exec(ctx, "DELETE FROM blobs WHERE id = $1", name)
	return err
}

// SweepBlobs deletes the blobs begun before a time that nothing refers to, and
// returns how many rows went.
func (tx *Tx) SweepBlobs(ctx context.Context, before time.Time) (int64, error) {
	return tx.conn.exec(ctx, "DELETE FROM blobs WHERE id IN (SELECT id FROM blobs WHERE n = -1 AND NOT kept AND at < $1)", millis(before))
}

// OpenBlob returns a reader of the blob's bytes that holds one chunk at a time,
// or ErrNotFound. ctx must live as long as the reader.
func (s *Store) OpenBlob(ctx context.Context, name string) (io.ReadCloser, error) {
	err := s.View(ctx, func(ctx context.Context, tx *Tx) error {
		var one int64
		return tx.one(ctx, "SELECT 1 FROM blobs WHERE id = $1 AND n = -1", []any{name}, &one)
	})
	if err != nil {
		return nil, fmt.Errorf("blob %s: %w", name, err)
	}
	return &blobReader{ctx: ctx, store: s, name: name}, nil
}

type blobReader struct {
	ctx   context.Context //nolint:containedctx // io.Reader has no place for it
	store *Store
	name  string
	n     int64
	rest  []byte
	err   error
}

func (b *blobReader) Read(p []byte) (int, error) {
	for len(b.rest) == 0 && b.err == nil {
		b.err = b.store.View(b.ctx, func(ctx context.Context, tx *Tx) error {
			return tx.one(ctx, "SELECT data FROM blobs WHERE id = $1 AND n = $2", []any{b.name, b.n}, &b.rest)
		})
		if errors.Is(b.err, ErrNotFound) {
			b.err = io.EOF
		}
		b.n++
	}
	if len(b.rest) == 0 {
		return 0, b.err
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

func (b *blobReader) Close() error {
	b.rest, b.err = nil, io.ErrClosedPipe
	return nil
}
