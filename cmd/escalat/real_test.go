package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"escalat/internal/peer"
	"escalat/internal/sim"
)

const (
	ours      = "aoc@" + peer.Domain
	desk      = "desk@" + peer.Domain // the provider's mailbox and login
	person    = "marta.puig"
	jiraToken = "real-jira-token"
	label     = "escalar-claranet-sistemes"
)

// moment is where the first kill after the mail strikes.
type moment string

const (
	// answerLost: the server has taken the mail, its answer never came.
	answerLost moment = "the answer is lost"
	// commentUnderWay: Jira has the comment that says so, its answer never came.
	commentUnderWay moment = "the comment is under way"
	// mailSeen: whatever happens to be under way when the desk sees the mail.
	mailSeen moment = "the mail is seen"
)

// TestReal is the main job by the real program, configured by nothing but its
// environment, through Exim and Dovecot, with Jira in both flavours. The program
// is killed in the middle of everything that it writes. In the end there is one
// request, one mail, and one comment and each file once for each reply.
func TestReal(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: what the race detector looks for is not in the program that is built here")
	}
	t.Parallel()
	bin := build(t)
	for _, tc := range []struct {
		name     string
		cloud    bool
		database func(*testing.T) string
		kill     moment
		open     bool
	}{
		{"data center, sqlite", false, sqlite, commentUnderWay, true},
		{"data center, postgres", false, postgres, mailSeen, false},
		{"cloud, sqlite", true, sqlite, answerLost, true},
		{"cloud, sqlite, by night", true, sqlite, commentUnderWay, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, tc.cloud, tc.kill, tc.open)
			s.daemon = newDaemon(t, bin, s.environ(tc.database(t)))
			s.tell()
		})
	}
}

func sqlite(t *testing.T) string   { return filepath.Join(t.TempDir(), "escalat.db") }
func postgres(t *testing.T) string { return peer.Postgres(t) }

// story is one issue and its outside.
type story struct {
	*testing.T

	kill   moment
	open   bool // the desk is, at whatever hour this runs
	jira   *sim.Jira
	url    string
	cloud  bool
	boxes  *peer.Mailboxes
	border *peer.Border
	wire   *wire
	daemon *daemon

	key    string
	notice notice
}

func newStory(t *testing.T, cloud bool, kill moment, open bool) *story {
	t.Helper()
	s := &story{T: t, kill: kill, cloud: cloud, open: open, boxes: peer.Dovecot(t)}
	s.border = peer.Exim(t, s.boxes, peer.EximOptions{})
	s.wire = newWire(t, s.border, map[bool]wireFault{true: waitForEnd}[kill == answerLost])
	s.jira, s.url = startJira(t, cloud)
	return s
}

// startJira starts a Jira that ends with the test.
func startJira(t *testing.T, cloud bool) (j *sim.Jira, url string) {
	t.Helper()
	j = sim.NewJira(sim.JiraConfig{Cloud: cloud, ContextPath: map[bool]string{false: "/jira"}[cloud], Token: jiraToken, Wrap: documents.Wrap(t, cloud)})
	url, err := j.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		j.ClearFaults()
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	return j, url
}

// environ is everything that the program is told.
func (s *story) environ(database string) []string {
	dir := s.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			s.Fatal(err)
		}
		return path
	}
	ca := file("ca.pem", string(s.boxes.Cert.PEM))
	environ := []string{
		"ESCALAT_MODE=live",
		"ESCALAT_TRANSLATE_WITH=none",
		"ESCALAT_INSTANCE=one",
		"ESCALAT_PROFILES_DIR=" + s.profiles(),
		"ESCALAT_DATABASE_URL=" + database,
		"ESCALAT_TOKEN_KEYS_FILE=" + file("keys", "1:"+base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("k"), 32))+"\n"),
		"ESCALAT_JIRA_URL=" + s.url,
		"ESCALAT_JIRA_TOKEN_FILE=" + file("token", jiraToken+"\n"),
		"ESCALAT_JIRA_POLL_INTERVAL=1s",
		"ESCALAT_SMTP_ADDR=" + s.wire.addr,
		"ESCALAT_SMTP_USERNAME=" + ours,
		"ESCALAT_SMTP_PASSWORD=" + peer.Password,
		"ESCALAT_SMTP_CA_FILE=" + ca,
		"ESCALAT_IMAP_ADDR=" + s.boxes.IMAP,
		"ESCALAT_IMAP_TLS=starttls",
		"ESCALAT_IMAP_USERNAME=" + ours,
		"ESCALAT_IMAP_PASSWORD=" + peer.Password,
		"ESCALAT_IMAP_CA_FILE=" + ca,
		"ESCALAT_MAIL_FROM=Suport AOC <" + ours + ">",
		"ESCALAT_MAIL_AUTHSERV_ID=" + s.border.AuthservID,
		"ESCALAT_MAIL_BORDER_HOSTS=mail." + peer.Domain, // after “by” in Exim’s Received
		"ESCALAT_CLARANET_TO=" + desk,
		"ESCALAT_CLARANET_SENDERS=claranet.test",
		"ESCALAT_QUIET_TIME=1s",
		"ESCALAT_QUEUE_TICK=100ms",
	}
	if s.cloud {
		environ = append(environ, "ESCALAT_JIRA_USER=escalat@aoc.test")
	}
	return environ
}

// profiles makes a folder with the built-in profile, but that the desk is open
// all day, or at an hour that is far from now.
func (s *story) profiles() string {
	dir := s.TempDir()
	s.act(writeHours(dir, s.open))
	return dir
}

// writeHours puts Claranet's profile into dir with hours that are open, or closed,
// at any time at which a test may run.
func writeHours(dir string, open bool) error {
	const file = "claranet.yaml"
	raw, err := os.ReadFile(filepath.Join("../../mapping/profiles", file))
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		return err
	}
	from, to := "00:00", "24:00"
	switch {
	case open:
	case time.Now().In(zone).Hour() < 12:
		from, to = "18:00", "19:00"
	default:
		from, to = "06:00", "07:00"
	}
	const hours = "  from: \"%s\"\n  to: \"%s\"\n"
	profile := strings.Replace(string(raw), fmt.Sprintf(hours, "08:00", "17:00"), fmt.Sprintf(hours, from, to), 1)
	if profile == string(raw) {
		return fmt.Errorf("%s has other hours", file)
	}
	return os.WriteFile(filepath.Join(dir, file), []byte(profile), 0o600)
}

func (s *story) tell() {
	s.daemon.start()
	s.watched()
	s.asked()
	s.sent()
	s.answered()
	s.mailboxAway()
	s.ended()
}

// watched: the health check answers and readiness tells the parts.
func (s *story) watched() {
	if out, code := s.daemon.health(); out != "ok\n" || code != exitDone {
		s.Errorf("escalat health: %d %q", code, out)
	}
	out, code := s.daemon.health("http://" + s.daemon.addr + "/readyz")
	if parts := regexp.MustCompile(`(?m)^(\w+): ready`).FindAllString(out, -1); code != exitDone ||
		!slices.Equal(parts, []string{"database: ready", "installation: ready", "jira: ready", "mailbox: ready", "tick: ready"}) {
		s.Errorf("/readyz: %d\n%s", code, out)
	}
}

const (
	summary    = "Els ajuntaments no poden registrar entrades"
	incomplete = "Bon dia, ens truquen diversos ajuntaments des de primera hora.\n\n" +
		"Aplicació afectada: Registre d'entrades (producció)\n" +
		"Data i hora d'inici del problema: desconegut\n" +
		"*Comportament anòmal detectat:* la pàgina d'alta torna l'error {{503}} en lloc d'obrir-se\n"
	complete = incomplete +
		"Impacte en negoci: 40 ajuntaments no poden registrar cap document\n" +
		"Persona responsable de contacte de l'AOC: Núria Soler, 900 000 000\n" +
		"Evidències de l'error alertat: la sonda \"registre\" falla des de les 9.38 h;\n" +
		"comprova que https://registre.example.cat/salut respon 200\n"
)

// asked: a person labels an incomplete issue and is asked once. The program is
// killed as soon as the request is there, and the issue completed meanwhile.
func (s *story) asked() {
	_, s.key = s.jira.CreateIssue(person, "AOC", summary, incomplete)
	s.act(s.jira.AddLabel(person, s.key, label))
	s.daemon.await("the request is there", func() bool { return s.told("falten aquestes dades") })
	s.daemon.kill()
	s.act(s.jira.Edit(person, s.key, map[string]string{"description": complete}))
}

// sent: the mail arrives, and the program is killed before it could know what
// became of it, or of the comment that says so.
func (s *story) sent() {
	release := make(chan struct{})
	var underWay <-chan struct{}
	if s.kill == commentUnderWay {
		// The request is found, not posted again: the next comment is this one.
		underWay = s.jira.Fail(http.MethodPost, "/rest/api/2/issue/*/comment", sim.Fault{Hold: release})
	}
	s.daemon.start()
	s.daemon.await("the desk has the mail", func() bool { return s.mails(desk) > 0 })
	switch s.kill {
	case answerLost:
		s.daemon.await("the answer is lost", func() bool { return happened(s.wire.answered) })
	case commentUnderWay:
		s.daemon.await("the comment is under way", func() bool { return happened(underWay) })
	}
	s.daemon.kill()
	close(release)
	s.daemon.start()
	s.daemon.await("the issue is told that the mail was sent", func() bool { return s.told("enviat a Claranet") })
	s.notice = s.checkMail(s.boxes.Await(s, desk, 1)[0], s.boxes.Await(s, ours, 1)[0])
}

// mails counts what a mailbox holds.
func (s *story) mails(user string) int { return len(s.boxes.Await(s, user, 0)) }

// told reports whether a comment says that.
func (s *story) told(what string) bool {
	return slices.ContainsFunc(s.jira.Comments(s.key), func(c sim.Comment) bool { return strings.Contains(c.Body, what) })
}

func happened(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// answered: the desk answers twice; in between come a forgery, twice, and the
// first answer once more. The program is killed while it uploads a file.
func (s *story) answered() {
	release := make(chan struct{})
	underWay := s.jira.Fail(http.MethodPost, "/rest/api/2/issue/*/attachments", sim.Fault{Hold: release})
	first := s.firstReply()
	s.submit(first)
	s.daemon.await("the upload is under way", func() bool { return happened(underWay) })
	s.daemon.kill()
	close(release)
	mails := 2 // our own copy, and the reply
	for _, forged := range []string{s.forged("f1"), s.forged("f2")} {
		s.border.Receive(s, "anna.soler@claranet.test", ours, forged)
		mails++
		s.boxes.Await(s, ours, mails)
	}
	s.daemon.start()
	s.submit(first)
	mails++
	s.boxes.Await(s, ours, mails)
	s.submit(s.secondReply())
	// Mails are decided in their order and comments posted in theirs: after the
	// last one there is nothing to come.
	s.daemon.await("the second reply is there", func() bool { return s.told("Joan Mas") })
	s.daemon.kill()
	s.daemon.start()
}

// mailboxAway: readiness names the part that fails and since when; the process
// itself is well.
func (s *story) mailboxAway() {
	s.daemon.await("nothing is left to do", s.daemon.idle)
	s.boxes.Stop()
	s.daemon.await("the mailbox is not ready", func() bool {
		r, code := s.daemon.ready()
		down := map[string]bool{}
		for _, p := range r.Parts {
			down[p.Name] = !p.Ready && !p.Since.IsZero()
		}
		return code == http.StatusServiceUnavailable && down["mailbox"] && !down["jira"]
	})
	if out, code := s.daemon.health(); code != exitDone {
		s.Errorf("escalat health while a part is away: %d %q", code, out)
	}
	if out, code := s.daemon.health("http://" + s.daemon.addr + "/readyz"); code != exitFailed || !strings.Contains(out, "mailbox: NOT READY since 20") {
		s.Errorf("/readyz while the mailbox is away: %d\n%s", code, out)
	}
	s.boxes.Start(s)
	s.daemon.await("the mailbox is ready again", func() bool { _, code := s.daemon.ready(); return code == http.StatusOK })
}

// ended: the program ends when it is told, and everything was done exactly once.
func (s *story) ended() {
	s.daemon.await("nothing is left to do", s.daemon.idle)
	if code := s.daemon.stop(15 * time.Second); code != exitDone {
		s.Errorf("the program ends with %d", code)
	}
	s.checkComments()
	s.checkFiles()
	s.checkWrites()
	s.checkLog()
	if n := len(s.boxes.Await(s, desk, 1)); n != 1 {
		s.Errorf("the desk has %d mails", n)
	}
	// Our copy, the reply twice, the forgery twice, the second reply.
	if n := len(s.boxes.Await(s, ours, 6)); n != 6 {
		s.Errorf("our mailbox has %d mails", n)
	}
	if n := strings.Count(s.border.Log(), " <= "+ours+" "); n != 1 {
		s.Errorf("%d mails were submitted:\n%s", n, s.border.Log())
	}
}

func (s *story) act(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}
