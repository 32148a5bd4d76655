package queue_test

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/internal/queue"
	"escalat/internal/store"
)

// putMail stores a mail whose text is its Message-ID.
func (b *bench) putMail(uid uint32, text string) {
	b.t.Helper()
	b.update(func(ctx context.Context, tx *store.Tx) error {
		name := store.NewBlobName()
		if err := tx.PutBlob(ctx, name, []byte(text)); err != nil {
			return err
		}
		if err := tx.InsertMails(ctx, []bridge.Mail{{Folder: "INBOX", UIDValidity: 1, UID: uid, Blob: name}}); err != nil {
			return err
		}
		return b.MailsStored(ctx, tx)
	})
}

// TestDeadProcessBlocksNobody: another replica took every job and is gone. Its
// rows must not keep ours from being woken.
func TestDeadProcessBlocksNobody(t *testing.T) {
	t.Parallel()
	b := newBench(t, cluster.Database(t), func(c *queue.Config) { c.Timeout, c.Takeover = 500*time.Millisecond, time.Second })
	b.addCase("a")
	b.putMail(1, "one")
	b.update(func(ctx context.Context, tx *store.Tx) error { return b.AskLook(ctx, tx, "7") })
	b.addCase("l", comment("lane"))
	b.tick()
	_, err := b.store.Postgres().Exec(t.Context(),
		"UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now(), attempted_by = array['dead']")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := queue.Release(t.Context(), b.store, "me"); err != nil {
		t.Fatal(err)
	}
	b.start()
	b.until(time.Second, "reply one", "opened 7", "lane")
}

// listener hears when a message is logged.
type listener struct {
	slog.Handler

	words string
	heard func()
}

func (l listener) Enabled(context.Context, slog.Level) bool { return true }
func (l listener) WithAttrs([]slog.Attr) slog.Handler       { return l }
func (l listener) Handle(_ context.Context, r slog.Record) error {
	if strings.HasPrefix(r.Message, l.words) {
		l.heard()
	}
	return nil
}

// TestResultOutlivesTheDatabasesRefusal: what the other side answered is kept
// until it can be stored; it is not looked for as if nobody knew.
func TestResultOutlivesTheDatabasesRefusal(t *testing.T) {
	t.Parallel()
	refused := make(chan struct{})
	heard := sync.OnceFunc(func() { close(refused) })
	b := newBench(t, cluster.Database(t), func(c *queue.Config) {
		c.Logger = slog.New(listener{Handler: slog.DiscardHandler, words: "result could not be stored", heard: heard})
	})
	b.world.block = make(chan struct{})
	b.addCase("a", transmit("m1"))
	b.start()
	b.tick()
	<-b.world.began
	pool := b.store.Postgres()
	if _, err := pool.Exec(t.Context(), `CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'disk full' USING ERRCODE = '53100'; END $$ LANGUAGE plpgsql;
		CREATE TRIGGER refuse BEFORE UPDATE ON effects FOR EACH ROW EXECUTE FUNCTION refuse()`); err != nil {
		t.Fatal(err)
	}
	close(b.world.block)
	<-refused
	if _, err := pool.Exec(t.Context(), "DROP TRIGGER refuse ON effects"); err != nil {
		t.Fatal(err)
	}
	b.until(0, "m1")
	if e := b.effects("a")[0]; e.Tries != 1 || b.world.finds["m1"] != 0 || string(e.Result) != `{"did":true}` {
		t.Errorf("%d claims, looked for %d times, result %s", e.Tries, b.world.finds["m1"], e.Result)
	}
}

// stopBegun waits until the engine takes no further job: one that is woken now is
// not taken up.
func (b *bench) stopBegun() {
	b.t.Helper()
	for b.t.Context().Err() == nil {
		select {
		case <-b.world.began:
			b.t.Fatal("an attempt began after the stop")
		default:
		}
		if queue.Stopping(b.Engine) {
			return
		}
		runtime.Gosched()
	}
}

// TestStopBeginsNothing: after the stop the attempt under way ends and is stored,
// and no other begins.
func TestStopBeginsNothing(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url())
		b.world.block = make(chan struct{})
		b.addCase("a", comment("first"), comment("second"))
		if err := b.Start(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
		b.tick()
		<-b.world.began
		stopped := make(chan error, 1)
		ctx, begin := context.WithTimeout(context.WithoutCancel(t.Context()), 20*time.Second)
		defer begin()
		go func() { stopped <- b.Stop(ctx) }()
		b.stopBegun()
		close(b.world.block)
		if err := <-stopped; err != nil {
			t.Fatal(err)
		}
		es := b.effects("a")
		if es[0].State != bridge.EffectDone || es[1].State != bridge.EffectPlanned || es[1].Tries != 0 {
			t.Errorf("first %s, second %s after %d claims", es[0].State, es[1].State, es[1].Tries)
		}
	})
}

// TestWhatWasCertainlyNotDoneIsNoSend: only attempts that may have written count.
func TestWhatWasCertainlyNotDoneIsNoSend(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url()).start()
		grey := fault{err: bridge.NotDone(errors.New("451"))}
		b.world.faults["m"] = []fault{grey, grey, grey, {err: errLost}}
		b.addCase("a", transmit("m"))
		b.until(30*time.Second, "m")
		if e := b.effects("a")[0]; e.Sends != 2 || b.world.times("m") != 1 {
			t.Errorf("%d sends, happened %d times", e.Sends, b.world.times("m"))
		}
	})
}

// TestHeadThatIsNeverDone: an effect that the other side refuses without saying so
// is given up in the end and told, and the one behind it goes on.
func TestHeadThatIsNeverDone(t *testing.T) {
	t.Parallel()
	b := newBench(t, t.TempDir()+"/q.db").start()
	for range 100 {
		b.world.faults["poison"] = append(b.world.faults["poison"], fault{err: errors.New("500")})
	}
	b.addCase("a", comment("poison"), comment("behind"))
	b.until(time.Hour, "poison", "behind")
	es := b.effects("a")
	if es[0].State != bridge.EffectFailed || es[1].State != bridge.EffectDone {
		t.Errorf("head %s after %d sends, behind it %s", es[0].State, es[0].Sends, es[1].State)
	}
	if events := b.world.events["poison"]; events[len(events)-1] != bridge.Failed {
		t.Errorf("told %v", events)
	}
}
