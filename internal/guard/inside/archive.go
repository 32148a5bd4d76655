package inside

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"escalat/bridge"
)

// compressed walks what one compressed file is. It is the same file in another dress, so
// that its path is the same.
func (w *walker) compressed(p place, r *bufio.Reader) {
	if !w.enter() {
		return
	}
	var in io.Reader
	if head, _ := r.Peek(3); string(head) == "BZh" {
		in = bzip2.NewReader(r)
	} else {
		z, err := gzip.NewReader(r)
		if err != nil {
			w.note(err)
			return
		}
		in = z
	}
	p.name, p.mime = strings.TrimSuffix(p.name, path.Ext(p.name)), ""
	p.depth++
	w.file(p, unpacked{w, in})
}

// tar walks an archive whose files stand one after the other.
func (w *walker) tar(p place, r io.Reader) {
	in := tar.NewReader(r)
	for w.enter() {
		h, err := in.Next()
		if err != nil {
			w.note(err)
			return
		}
		if h.Typeflag == tar.TypeReg {
			w.scan(p.path, 0, tidy(h.Name))
			w.file(p.below(h.Name), unpacked{w, in})
		}
	}
}

// zip walks an archive, or the document that it is.
func (w *walker) zip(p place, raw []byte) {
	if bytes.Count(raw, []byte("PK\x01\x02")) > 4*w.lim.Entries { // all of them would be read at once
		w.say(bridge.OpaqueTooLarge)
		return
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		w.note(err)
		return
	}
	has := func(name string) bool {
		return slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == name })
	}
	switch {
	case has("[Content_Types].xml"):
		w.openXML(p, z)
	case has("mimetype") && has("content.xml"):
		w.openDocument(p, z)
	default:
		for _, f := range z.File {
			w.zipped(p, f, w.file)
		}
	}
}

// zipped opens a file of a zip.
func (w *walker) zipped(p place, f *zip.File, walk func(place, io.Reader)) {
	switch {
	case strings.HasSuffix(f.Name, "/") && f.UncompressedSize64 == 0, !w.enter():
		return
	case f.Flags&1 != 0:
		w.say(bridge.OpaqueEncrypted)
		return
	}
	in, err := f.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		w.say(bridge.OpaqueUnknown)
		return
	}
	if err != nil {
		w.note(err)
		return
	}
	defer func() { _ = in.Close() }()
	r := unpacked{w, in}
	w.scan(p.path, 0, tidy(f.Name))
	walk(p.below(f.Name), r)
	// What was not read of it may not be what was announced.
	_, err = io.Copy(io.Discard, r)
	w.note(err)
}
