package imap

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

// A large mail is fetched when its header says that it is ours: whole up to a size, and
// above it by its header. Its row has the real size and is not decided here.
func TestLargeMails(t *testing.T) {
	t.Parallel()
	large := func(id string, wanted bool, size int) string {
		raw := mailOf(id, wanted)
		return raw + strings.Repeat("x", size-len(raw))
	}
	header := func(raw string) string { return raw[:strings.Index(raw, "\r\n\r\n")+4] }
	long := "Message-ID: <long@example.test>\r\nTo: us\r\nX: " + strings.Repeat("y", maxHeader)
	bodies := []string{
		large("kept", true, 2000), large("huge", true, 5000), large("foreign", false, 2000), large("hugeForeign", false, 5000),
		mailOf("small", false), large("refused", true, 2500), long + "\r\n\r\n" + strings.Repeat("z", 3000),
	}
	f := newFake(t)
	for i, body := range bodies {
		f.posts = append(f.posts, post{uid: uint32(i + 1), body: body})
	}
	f.script(func(k *talk, _, said string) bool {
		if said != "UID FETCH 6 (UID BODY.PEEK[])" {
			return false
		}
		f.change(func() { f.fetched[said]++ })
		_, _ = io.WriteString(k.conn, "* 6 FETCH (UID 6 BODY[] {2500}\r\nMessage-ID: half")
		_ = k.conn.Close()
		return true
	})
	sink := newMemory().at(7, 0)
	r := start(t, sink, Config{Addr: f.addr, Wanted: forUs, MaxSize: 1000, KeepSize: 3000, PollInterval: often})
	type sized struct {
		Size            int64
		Outcome         bridge.MailOutcome
		Blob, ID, Words string
	}
	want := []sized{
		{2000, "", bodies[0], "", ""},
		{5000, "", header(bodies[1]), "", ""},
		{2000, bridge.MailUnrelated, "", "foreign@example.test", reasonLarge},
		{5000, bridge.MailUnrelated, "", "hugeForeign@example.test", reasonLarge},
		{int64(len(bodies[4])), "", bodies[4], "", ""},
		{2500, "", header(bodies[5]), "", ""},
		{int64(len(bodies[6])), "", bodies[6][:maxHeader], "", ""},
	}
	var got []sized
	for _, m := range sink.mails(t, len(bodies)) {
		got = append(got, sized{m.Size, m.Outcome, sink.blob(m.Blob), m.MessageID, m.Reason})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	_ = r.stop()
	if n := f.asked("UID FETCH 6 (UID BODY.PEEK[])"); n != 1 {
		t.Errorf("what did not come whole was asked for %d times", n)
	}
	if st := r.Status(); st.Large != 6 || st.Stored != 7 || st.Unreadable != 0 {
		t.Errorf("status %+v", st)
	}
}

// gate is a sink that says when it has got the beginning of a mail.
type gate struct {
	*memory

	begun chan struct{}
}

func (g *gate) Blob(ctx context.Context, r io.Reader) (string, int64, error) {
	head := make([]byte, 1000)
	n, err := io.ReadFull(r, head)
	if err != nil {
		return "", 0, err
	}
	close(g.begun)
	return g.memory.Blob(ctx, io.MultiReader(strings.NewReader(string(head[:n])), r))
}

// The server does not send the rest before the sink has got the beginning: nothing
// holds a mail in between.
func TestLargeMailIsStreamed(t *testing.T) {
	t.Parallel()
	const size = 3 << 20
	f := newFake(t, post{uid: 1, body: "Subject: large\r\n\r\n", size: size})
	g := &gate{memory: newMemory().at(7, 0), begun: make(chan struct{})}
	head := f.posts[0].body
	f.script(func(k *talk, tag, said string) bool {
		if said != "UID FETCH 1 (UID BODY.PEEK[])" {
			return false
		}
		half := strings.Repeat("0123456789abcde\n", (size/2)/16)
		_, _ = fmt.Fprintf(k.conn, "* 1 FETCH (UID 1 BODY[] {%d}\r\n%s%s", size, head, half)
		select {
		case <-g.begun:
		case <-t.Context().Done():
		}
		_, _ = io.WriteString(k.conn, half[len(head):])
		k.say(")\r\n%s OK", tag)
		return true
	})
	r := start(t, g, Config{Addr: f.addr, MaxSize: 1 << 20})
	if got := g.mails(t, 1)[0]; got.Size != size || len(g.blob(got.Blob)) != size || !strings.HasPrefix(g.blob(got.Blob), head) {
		t.Errorf("row %+v", got)
	}
	if err := r.stop(); err != nil {
		t.Error(err)
	}
}
