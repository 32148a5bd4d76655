package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"escalat/bridge/message"
	"escalat/internal/sim"

	"github.com/rogpeppe/go-internal/testscript"
)

// twoWayCommands are the commands of the stories about what goes to and fro.
func twoWayCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"rewords": rewords, "confides": confides, "post": printPost, "receiver": receiver, "posts": printPosts,
		"away": away, "ago": ago, "stands": stands, "page": openPage,
	}
}

// turnField is the custom field that may show whose turn it is.
const turnField = "customfield_10030"

// rewords KEY FILE has the person change the newest of his comments on the issue.
func rewords(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: rewords KEY FILE")
	}
	j := sceneOf(ts).Jira
	for _, c := range slices.Backward(j.Comments(args[0])) {
		if c.Author == who(ts) {
			ts.Check(j.EditComment(who(ts), args[0], c.ID, strings.TrimSuffix(ts.ReadFile(args[1]), "\n")))
			return
		}
	}
	ts.Fatalf("%s has written nothing on %s", who(ts), args[0])
}

// confides KEY FILE has the person comment for administrators alone.
func confides(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: confides KEY FILE")
	}
	only := &sim.Visibility{Type: "role", Value: "Administrators"}
	_, err := sceneOf(ts).Jira.AddRestrictedComment(who(ts), args[0], strings.TrimSuffix(ts.ReadFile(args[1]), "\n"), only)
	ts.Check(err)
}

// post ADDRESS prints the mails that somebody received: to whom they went, and what they
// say.
func printPost(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: post ADDRESS")
	}
	text, err := postOf(sceneOf(ts), args[0])
	ts.Check(err)
	fmt.Fprint(ts.Stdout(), text)
}

func postOf(w *scene, address string) (string, error) {
	var b strings.Builder
	for _, raw := range w.Mail.Delivered(address) {
		m, err := message.Read(bytes.NewReader(raw), message.Limits{})
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "--- %s\n", m.Subject)
		for _, f := range m.Header {
			if name := strings.ToLower(f.Name); name == "to" || name == "cc" {
				fmt.Fprintf(&b, "%s: %s\n", name, strings.TrimSpace(f.Value))
			}
		}
		b.WriteString(steady(strings.TrimSpace(m.Text)) + "\n")
	}
	return outages.ReplaceAllString(b.String(), "D/M/AAAA a les H.MM h"), nil
}

// outages are the times in mails to people on call that are of today.
var outages = regexp.MustCompile(`\b(?:avui|ahir) a les \d+\.\d\d h`)

// postbox receives webhooks, each only once its signature is right.
type postbox struct {
	mu  sync.Mutex
	all []string
}

// receiver SECRET listens for what people on call are told, and has the program tell it
// there, signed.
func receiver(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: receiver SECRET")
	}
	box := &postbox{}
	server := httptest.NewServer(box.takes(args[0]))
	ts.Defer(server.Close)
	sceneOf(ts).posts = box
	ts.Setenv("ESCALAT_ONCALL_WEBHOOK", server.URL+"/guardia")
	ts.Setenv("ESCALAT_ONCALL_WEBHOOK_SECRET", args[0])
}

func (b *postbox) takes(secret string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(raw)
		want := "sha256=" + hex.EncodeToString(mac.Sum(nil))
		var told struct{ Event, Key, Provider, Text string }
		if err = cmp.Or(err, json.Unmarshal(raw, &told)); err != nil || !hmac.Equal([]byte(want), []byte(r.Header.Get("X-Escalat-Signature"))) {
			http.Error(w, "not signed", http.StatusForbidden)
			return
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		b.all = append(b.all, fmt.Sprintf("--- %s %s %s %s\n%s", r.URL.Path, told.Event, told.Key, told.Provider, strings.TrimSpace(told.Text)+"\n"))
	}
}

func (b *postbox) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return steady(strings.Join(b.all, ""))
}

// posts prints what the receiver was told.
func printPosts(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 || sceneOf(ts).posts == nil {
		ts.Fatalf("usage: posts, after receiver")
	}
	fmt.Fprint(ts.Stdout(), sceneOf(ts).posts.text())
}

// away STATUS has Jira answer nothing but that status; away over ends it.
func away(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: away STATUS|over")
	}
	j := sceneOf(ts).Jira
	if args[0] == "over" {
		j.ClearFaults()
		return
	}
	j.Fail("", "/rest/", sim.Fault{Status: integer(ts, args[0]), Times: -1})
}

// ago DURATION does to the program's SQLite file, while nobody works on it, what that time
// does: what was told, heard and claimed of the open cases was so much earlier, and they
// are due. ago calm does what some calm minutes do: that Jira is back is past.
func ago(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: ago DURATION|calm")
	}
	if args[0] == "calm" {
		ts.Check(calmed(ts.MkAbs("escalat.db")))
		return
	}
	by, err := time.ParseDuration(args[0])
	ts.Check(err)
	ts.Check(aged(ts.MkAbs("escalat.db"), by))
}

func calmed(path string) error {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	r, err := db.Exec("UPDATE cursors SET value = json_set(value, '$.back', ?) WHERE name = 'jira away' AND json_extract(value, '$.told') IS NOT NULL",
		time.Now().Add(-time.Hour).UTC().Format(time.RFC3339))
	if err == nil {
		n, counted := r.RowsAffected()
		if err = counted; n == 0 {
			err = errors.Join(err, errors.New("nobody was told that jira is away"))
		}
	}
	return errors.Join(err, db.Close())
}

func aged(path string, by time.Duration) error {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	return errors.Join(age(db, by), db.Close())
}

func age(db *sql.DB, by time.Duration) error {
	bodies, err := bodiesOf(db)
	if err != nil {
		return err
	}
	if len(bodies) == 0 {
		return errors.New("no case waits for its provider")
	}
	for id, body := range bodies {
		earlier := spoken.ReplaceAllStringFunc(body, func(s string) string {
			name, at, _ := strings.Cut(s, `":"`)
			t, err := time.Parse(time.RFC3339Nano, strings.TrimSuffix(at, `"`))
			if err != nil {
				return s
			}
			return name + `":"` + t.Add(-by).Format(time.RFC3339Nano) + `"`
		})
		if _, err := db.Exec("UPDATE cases SET due_at = ?, body = ? WHERE id = ?", time.Now().Add(-time.Second).UnixMilli(), earlier, id); err != nil {
			return err
		}
	}
	return nil
}

// bodiesOf are the bodies of the cases that the provider was told of, by their id.
func bodiesOf(db *sql.DB) (map[string]string, error) {
	rows, err := db.Query("SELECT id, body FROM cases WHERE state IN ('sent', 'answered')")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	bodies := map[string]string{}
	for rows.Next() {
		var id, body string
		if err := rows.Scan(&id, &body); err != nil {
			return nil, err
		}
		bodies[id] = body
	}
	return bodies, rows.Err()
}

// spoken are the times in a case at which something was said.
var spoken = regexp.MustCompile(`"(?:sentAt|seenAt|heardAt|confirmedAt|turnSince|claimedAt)":"[^"]*"`)

// stands KEY prints the status of an issue, and the field that shows whose turn it is.
func stands(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: stands KEY")
	}
	issue, err := sceneOf(ts).Jira.Issue(args[0])
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%s: %s", issue.Key, issue.Status)
	if turn := issue.Fields[turnField]; turn != "" {
		fmt.Fprintf(ts.Stdout(), " (%s)", steady(turn))
	}
	fmt.Fprintln(ts.Stdout())
}

// workflow is that of the story's Jira: WORKFLOW is empty for a simple one; otherwise it
// leads to where a provider is waited for, and the way back wants a reason where it is
// strict.
func workflow(kind string) (statuses []sim.Status, ways []sim.Transition) {
	if kind == "" {
		return nil, nil
	}
	statuses = []sim.Status{
		{Name: "Oberta", Category: "new"}, {Name: "En espera"}, {Name: "En curs"}, {Name: "Falten dades"}, {Name: "Resolta", Category: "done"},
	}
	ways = []sim.Transition{
		{Name: "Escala", To: "En espera"},
		{Name: "Reprèn", To: "En curs"},
		{Name: "Demana dades", To: "Falten dades"},
		{Name: "Resol", To: "Resolta"},
		{Name: "Reobre", From: []string{"Resolta"}, To: "Oberta"},
	}
	if kind == "strict" {
		ways[1].Screen = []sim.ScreenField{{ID: referenceField, Required: true}}
	}
	return statuses, ways
}

// page PASSWORD opens the page for operators and prints the status of the answer and what
// the page says; page PASSWORD KEY NAME [NUMBER] has somebody fill in the form of that
// issue's call and press its button.
func openPage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 && len(args) != 3 && len(args) != 4 {
		ts.Fatalf("usage: page PASSWORD [KEY NAME [NUMBER]]")
	}
	v := visitor{ts: ts, site: "http://" + ts.Getenv("ESCALAT_OPS_ADDR"), password: args[0]}
	code, body := v.asks(http.MethodGet, "/", nil)
	if len(args) > 1 {
		form := formFor(body, args[1])
		if form == nil {
			ts.Fatalf("no form for %s:\n%s", args[1], body)
		}
		form.Set("by", args[2])
		if len(args) == 4 {
			form.Set("reference", args[3])
		}
		code, body = v.asks(http.MethodPost, "/called", form)
	}
	fmt.Fprintf(ts.Stdout(), "%d\n%s", code, pageWords(body))
}

// visitor is somebody with a browser.
type visitor struct {
	ts             *testscript.TestScript
	site, password string
}

func (v visitor) asks(method, path string, form url.Values) (code int, body string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, v.site+path, strings.NewReader(form.Encode()))
	v.ts.Check(err)
	req.SetBasicAuth("guardia", v.password)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", v.site)
	}
	client := http.Client{CheckRedirect: func(next *http.Request, _ []*http.Request) error {
		next.SetBasicAuth("guardia", v.password)
		return nil
	}}
	resp, err := client.Do(req)
	v.ts.Check(err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	v.ts.Check(err)
	return resp.StatusCode, string(raw)
}

// formFor is the form of an issue's call, with what it has filled in.
func formFor(page, key string) url.Values {
	input := regexp.MustCompile(`<input[^>]* name="([^"]*)" value="([^"]*)"`)
	for _, article := range strings.Split(page, "<article")[1:] {
		article, _, _ = strings.Cut(article, "</article>")
		if !strings.Contains(article, key) || !strings.Contains(article, "<form") {
			continue
		}
		form := url.Values{}
		for _, m := range regexp.MustCompile(`<input[^>]*>`).FindAllString(article, -1) {
			if named := input.FindStringSubmatch(m); named != nil {
				form.Set(html.UnescapeString(named[1]), html.UnescapeString(named[2]))
			}
		}
		return form
	}
	return nil
}

// pageWords are what a page shows, line by line.
func pageWords(page string) string {
	_, page, _ = strings.Cut(page, "<body")
	page = regexp.MustCompile(`(?s)<(?:style|script)[^>]*>.*?</(?:style|script)>`).ReplaceAllString(page, "")
	page = regexp.MustCompile(`</?(?:span|strong|b|em|a|code|time|label)\b[^>]*>`).ReplaceAllString("<body"+page, "")
	page = html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, "\n"))
	var b strings.Builder
	for line := range strings.Lines(page) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			b.WriteString(steady(line) + "\n")
		}
	}
	return b.String()
}

// awaitedTwoWay says what is waited for of what goes to people on call, and of the status
// of an issue.
func awaitedTwoWay(ts *testscript.TestScript, kind, what string) func(context.Context) bool {
	w := sceneOf(ts)
	switch kind {
	case "oncall":
		want := regexp.MustCompile("(?m)" + what)
		return func(context.Context) bool {
			text, err := postOf(w, onCallAddress)
			return err == nil && want.MatchString(text)
		}
	case "post":
		want := regexp.MustCompile("(?m)" + what)
		return func(context.Context) bool { return want.MatchString(w.posts.text()) }
	case "comments":
		n := integer(ts, what)
		return func(context.Context) bool { return len(own(w.Jira)) >= n }
	case "status":
		key, status, _ := strings.Cut(what, "=")
		return func(context.Context) bool {
			issue, err := w.Jira.Issue(key)
			return err == nil && issue.Status == status
		}
	}
	return nil
}

// onCallAddress is where our own people on call read their mail.
const onCallAddress = "guardia@aoc.test"

// people are the mailboxes of people: ours on call, and Claranet's head of service.
func people() []sim.Mailbox {
	return []sim.Mailbox{{Address: onCallAddress, Password: "guardia-secret"}, {Address: "servicio@claranet.test", Password: "servicio-secret"}}
}

// countedTwoWay are the things that count counts besides.
func countedTwoWay(w *scene, kind string) []string {
	switch kind {
	case "oncall":
		out := make([]string, 0, 2)
		for i, raw := range w.Mail.Delivered(onCallAddress) {
			out = append(out, strconv.Itoa(i)+" "+string(raw))
		}
		return out
	case "posts":
		return w.posts.all
	}
	return nil
}
