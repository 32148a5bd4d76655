package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"mime"
	"net/mail"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/google/go-cmp/cmp"

	"escalat/internal/peer"
)

// letter is a mail as somebody who is not us reads it.
type letter struct {
	ID, Subject string
	InReplyTo   []string
	References  []string
	Parts       []leaf
	Raw         string `json:"-"`
}

// leaf is a part of a mail that has content.
type leaf struct {
	Type, Name string // the name of an attachment
	Size       int    // of the content
	Digest     string
	Text       string `json:"-"` // of what is no attachment
}

// files are the attachments.
func (l letter) files() []leaf {
	return slices.DeleteFunc(slices.Clone(l.Parts), func(p leaf) bool { return p.Name == "" })
}

// enter opens a mailbox as a mail program does.
func (s *story) enter(user string) *imapclient.Client {
	s.Helper()
	c, err := imapclient.DialTLS(s.boxes.IMAPS, &imapclient.Options{
		TLSConfig: &tls.Config{RootCAs: s.boxes.Cert.Pool, ServerName: "localhost"}, WordDecoder: &words,
	})
	s.act(err)
	s.Cleanup(func() { c.Close() })
	s.act(c.Login(user, peer.Password).Wait())
	_, err = c.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait()
	s.act(err)
	return c
}

// read returns the mails of a mailbox as Dovecot understands them, oldest first.
func (s *story) read(user string) []letter {
	s.Helper()
	if s.mails(user) == 0 {
		return nil
	}
	c := s.enter(user)
	defer c.Close()
	all := imap.SeqSet{}
	all.AddRange(1, 0)
	whole := &imap.FetchItemBodySection{Peek: true}
	mails, err := c.Fetch(all, &imap.FetchOptions{
		Envelope: true, BodyStructure: &imap.FetchItemBodyStructure{Extended: true}, BodySection: []*imap.FetchItemBodySection{whole},
	}).Collect()
	s.act(err)
	var out []letter
	for _, m := range mails {
		raw := string(m.FindBodySection(whole))
		l := letter{ID: m.Envelope.MessageID, Subject: m.Envelope.Subject, InReplyTo: m.Envelope.InReplyTo, References: s.references(raw), Raw: raw}
		l.Parts = s.leaves(c, m.SeqNum, m.BodyStructure)
		out = append(out, l)
	}
	return out
}

// references are not in an envelope.
func (s *story) references(raw string) []string {
	s.Helper()
	m, err := mail.ReadMessage(strings.NewReader(raw))
	s.act(err)
	if n := len(m.Header["References"]); n > 1 {
		s.Errorf("%d References", n)
	}
	return bare(strings.Fields(m.Header.Get("References")))
}

// bare takes the angle brackets off.
func bare(ids []string) (out []string) {
	for _, id := range ids {
		out = append(out, strings.TrimSuffix(strings.TrimPrefix(id, "<"), ">"))
	}
	return out
}

// leaves are the parts that Dovecot finds, with the content that it decodes.
func (s *story) leaves(c *imapclient.Client, seq uint32, structure imap.BodyStructure) []leaf {
	s.Helper()
	var parts []leaf
	structure.Walk(func(path []int, part imap.BodyStructure) bool {
		single, ok := part.(*imap.BodyStructureSinglePart)
		if !ok {
			return true
		}
		content := &imap.FetchItemBinarySection{Part: path, Peek: true}
		got, err := c.Fetch(imap.SeqSetNum(seq), &imap.FetchOptions{BinarySection: []*imap.FetchItemBinarySection{content}}).Collect()
		s.act(err)
		if len(got) != 1 {
			s.Fatalf("Dovecot gives %d mails for one", len(got))
		}
		parts = append(parts, s.leaf(single, got[0].FindBinarySection(content)))
		return true
	})
	return parts
}

func (s *story) leaf(part *imap.BodyStructureSinglePart, content []byte) leaf {
	s.Helper()
	sum := sha256.Sum256(content)
	l := leaf{Type: part.MediaType(), Size: len(content), Digest: hex.EncodeToString(sum[:])}
	disposition := part.Disposition()
	if disposition == nil || !strings.EqualFold(disposition.Value, "attachment") {
		l.Text = strings.ReplaceAll(string(content), "\r\n", "\n")
		return l
	}
	// What RFC 2231 made of the name, in as many pieces as it made, is left to us.
	field := disposition.Value
	for name, value := range disposition.Params {
		field += fmt.Sprintf("; %s=%q", name, value)
		if strings.HasSuffix(name, "*") {
			field = strings.TrimSuffix(field, fmt.Sprintf("%q", value)) + value
		}
	}
	_, params, err := mime.ParseMediaType(field)
	if err != nil || params["filename"] == "" {
		s.Errorf("no name in %q: %v", field, err)
	}
	l.Name = params["filename"]
	return l
}

// python is a reader of mails that nobody of ours wrote.
const python = `
import email, email.policy, hashlib, json, sys
out = []
for raw in json.load(sys.stdin):
    m = email.message_from_bytes(raw.encode('ascii'), policy=email.policy.default)
    one = {'ID': m['Message-ID'].strip('<>'), 'Subject': m['Subject'], 'Parts': []}
    for name, field in ('InReplyTo', 'In-Reply-To'), ('References', 'References'):
        one[name] = [i.strip('<>') for i in (m[field] or '').split()]
    for part in m.walk():
        if part.defects:
            sys.exit('defects: %r' % part.defects)
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        one['Parts'].append({
            'Type': part.get_content_type(), 'Size': len(content), 'Digest': hashlib.sha256(content).hexdigest(),
            'Name': part.get_filename() if part.get_content_disposition() == 'attachment' else '',
        })
    out.append(one)
json.dump(out, sys.stdout)
`

// checkReaders: Python reads in the mails what Dovecot reads.
func (s *story) checkReaders(mails []letter) {
	s.Helper()
	program, err := exec.LookPath("python3")
	switch {
	case err == nil:
	case os.Getenv("ESCALAT_REQUIRE_PEERS") == "1":
		s.Fatal("python3 is not installed")
	default:
		s.Log("NOT READ BY ANOTHER PARSER: python3 is not installed (apt-get install python3)")
		return
	}
	var raws []string
	for _, l := range mails {
		raws = append(raws, l.Raw)
	}
	in, err := json.Marshal(raws)
	s.act(err)
	cmd := exec.CommandContext(s.Context(), program, "-c", python)
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.Output()
	if err != nil {
		s.Fatalf("python3: %v", err)
	}
	var got []letter
	s.act(json.Unmarshal(out, &got))
	if diff := cmp.Diff(mails, got, cmp.FilterPath(func(p cmp.Path) bool {
		return p.Last().String() == ".Raw" || p.Last().String() == ".Text"
	}, cmp.Ignore()), cmp.Transformer("none", func(l []string) []string { return append([]string{}, l...) })); diff != "" {
		s.Errorf("Python and Dovecot read different mails (-Dovecot +Python):\n%s", diff)
	}
}

// checkThreads: a mail program shows the whole mailbox as one conversation, also one
// that goes by the references alone.
func (s *story) checkThreads(user string, mails int) {
	s.Helper()
	c := s.enter(user)
	defer c.Close()
	for _, algorithm := range []imap.ThreadAlgorithm{imap.ThreadReferences, "REFS"} {
		threads, err := c.Thread(&imapclient.ThreadOptions{Algorithm: algorithm, SearchCriteria: &imap.SearchCriteria{}}).Wait()
		s.act(err)
		if n := sizeOf(threads); len(threads) != 1 || n != mails {
			s.Errorf("%s: %s shows %d mails in %d conversations: %+v", user, algorithm, n, len(threads), threads)
		}
	}
}

func sizeOf(threads []imapclient.ThreadData) (n int) {
	for _, t := range threads {
		n += len(t.Chain) + sizeOf(t.SubThreads)
	}
	return n
}
