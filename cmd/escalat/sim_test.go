package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"escalat/internal/demo"
	"escalat/internal/sim"
)

// TestSim plays, by the control API alone, what “escalat sim” tells its reader
// to do, with “escalat run” beside it.
func TestSim(t *testing.T) {
	t.Parallel()
	for _, flavour := range []string{"--dc", "--cloud"} {
		t.Run(flavour, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			world := startSim(ctx, t, flavour)
			background(ctx, t, []string{"run"}, world.environ, io.Discard)

			// What is labelled before it begins is not sent.
			var asked []sim.Request
			world.until("requests", &asked, func() bool {
				return slices.ContainsFunc(asked, func(r sim.Request) bool { return r.Method == http.MethodPut })
			})
			world.post("issues", map[string]any{
				"user": "marta.puig", "project": "AOC", "summary": "El portal no respon", "labels": []string{"escalar-claranet-sistemes"},
				"description": "Aplicació: Portal\nInici del problema: desconegut\nImpacte: Total\nPersona de contacte: Marta\nComportament anòmal: Error 503",
			})
			var comments []sim.Comment
			world.until("issues/AOC-1/comments", &comments, func() bool { return len(comments) == 1 })
			if !strings.Contains(comments[0].Body, "Evidències") {
				t.Errorf("asked for: %s", comments[0].Body)
			}
			world.post("issues/AOC-1/comments", map[string]any{"user": "marta.puig", "body": "Evidències: El navegador mostra l’error 503"})
			var letters []sim.Letter
			world.until("desks/claranet/letters", &letters, func() bool { return len(letters) == 1 })
			if !strings.Contains(letters[0].Text, "El navegador mostra l’error 503") {
				t.Errorf("sent: %s", letters[0].Text)
			}
			world.post("desks/claranet/replies", map[string]any{"messageID": letters[0].MessageID, "text": "Resuelto."})
			world.until("issues/AOC-1/comments", &comments, func() bool { return len(comments) == 4 })
			if !strings.Contains(comments[3].Body, "Resuelto.") {
				t.Errorf("came back: %s", comments[3].Body)
			}

			// OVH by hand: nothing goes there by itself.
			world.post("issues", serverIssue())
			world.until("issues/AOC-2/comments", &comments, func() bool { return len(comments) == 1 })
			if !strings.Contains(comments[0].Body, "escalat portal") {
				t.Errorf("given to a person: %s", comments[0].Body)
			}
			var tickets []sim.OVHTicket
			world.call(http.MethodGet, "ovh/tickets", nil, &tickets)
			if len(tickets) != 0 {
				t.Fatalf("nobody has opened %+v", tickets)
			}
			world.post("issues/AOC-2/comments", map[string]any{"user": "marta.puig", "body": "escalat portal 8800001"})
			world.until("issues/AOC-2/comments", &comments, func() bool { return len(comments) == 3 })
			world.post("ovh/tickets", map[string]any{"subject": "El servidor no respon", "body": "no respon al ping", "category": "incident"})
			world.post("ovh/tickets/8800001/answer", map[string]any{"text": "Hemos sustituido el disco."})
			world.until("issues/AOC-2/comments", &comments, func() bool {
				return slices.ContainsFunc(comments, func(c sim.Comment) bool { return strings.Contains(c.Body, "sustituido el disco") })
			})
		})
	}
}

// serverIssue is the issue for OVH that the guide writes.
func serverIssue() map[string]any {
	return map[string]any{
		"user": "marta.puig", "project": "AOC", "summary": "El servidor no respon", "labels": []string{"escalar-ovh-incidencia"},
		"description": "Referència del servei: ns3012345.ip-198-51-100.example\nTipus d’incidència: servidor\nQuè falla: no respon al ping\n" +
			"Des de quan: desconegut\nImpacte: Total\nPersona de contacte: Marta Puig, 900 000 001\nProves realitzades: ping",
	}
}

// TestSimByAPI: with the variable that the guide names OVH's API is told, and read.
func TestSimByAPI(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	world := startSim(ctx, t, "--dc")
	background(ctx, t, []string{"run"}, append(world.environ, demo.ByAPI), io.Discard)
	var asked []sim.Request
	world.until("requests", &asked, func() bool {
		return slices.ContainsFunc(asked, func(r sim.Request) bool { return r.Method == http.MethodPut })
	})
	world.post("issues", serverIssue())
	var tickets []sim.OVHTicket
	world.until("ovh/tickets", &tickets, func() bool { return len(tickets) == 1 })
	if got := tickets[0]; got.Category != "incident" || got.Service != "ns3012345.ip-198-51-100.example" || !strings.Contains(got.Messages[0].Body, "no respon al ping") {
		t.Errorf("opened %+v", got)
	}
	world.post("ovh/tickets/8800001/answer", map[string]any{"text": "Hemos sustituido el disco."})
	var comments []sim.Comment
	world.until("issues/AOC-1/comments", &comments, func() bool {
		return slices.ContainsFunc(comments, func(c sim.Comment) bool { return strings.Contains(c.Body, "sustituido el disco") })
	})
}

// played is a running “escalat sim”.
type played struct {
	ctx     context.Context
	t       *testing.T
	control string
	environ []string
}

// startSim starts the simulators and reads from their guide how to reach them.
func startSim(ctx context.Context, t *testing.T, flavour string) played {
	t.Helper()
	out := make(written, 1)
	background(ctx, t, []string{"sim", flavour}, nil, out)
	var guide string
	select {
	case guide = <-out:
	case <-ctx.Done():
		t.Fatal("the simulators did not start")
	}
	control := regexp.MustCompile(`(?m)^  Control +(\S+)`).FindStringSubmatch(guide)
	file := regexp.MustCompile(`(?m)^  \. (\S+)$`).FindStringSubmatch(guide)
	if control == nil || file == nil {
		t.Fatalf("the guide tells too little:\n%s", guide)
	}
	vars, err := os.ReadFile(file[1])
	if err != nil {
		t.Fatal(err)
	}
	w := played{ctx: ctx, t: t, control: control[1] + "/sim/"}
	for _, m := range regexp.MustCompile(`(?m)^export (\w+)='(.*)'$`).FindAllStringSubmatch(string(vars), -1) {
		w.environ = append(w.environ, m[1]+"="+m[2])
	}
	return w
}

// written receives the first thing that is written.
type written chan string

func (w written) Write(p []byte) (int, error) {
	select {
	case w <- string(p):
	default:
	}
	return len(p), nil
}

// call asks the control API and reads the answer.
func (w played) call(method, path string, body, into any) {
	w.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(w.ctx, method, w.control+path, bytes.NewReader(raw))
	if err != nil {
		w.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil || resp.StatusCode >= 300 {
		w.t.Fatalf("%s %s: %s, %v", method, path, resp.Status, err)
	}
}

func (w played) post(path string, body any) {
	w.t.Helper()
	var answer any
	w.call(http.MethodPost, path, body, &answer)
}

// until reads again and again until what was read is as it should be.
func (w played) until(path string, into any, there func() bool) {
	w.t.Helper()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for w.call(http.MethodGet, path, nil, into); !there(); w.call(http.MethodGet, path, nil, into) {
		select {
		case <-again.C:
		case <-w.ctx.Done():
			w.t.Fatalf("%s stays %+v", path, into)
		}
	}
}

// background runs a command until the test ends, and waits for it.
func background(ctx context.Context, t *testing.T, args, environ []string, out io.Writer) {
	t.Helper()
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan int, 1)
	var log bytes.Buffer
	go func() { ended <- start(ctx, args, world{environ: environ, out: out, err: &log}) }()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != exitDone {
			t.Errorf("escalat %v ended with %d: %s", args, code, log.String())
		}
	})
}
