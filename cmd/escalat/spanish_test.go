package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"escalat/internal/sim"
)

// tongues are what a mail says that was translated, and one that was not.
const (
	translated   = "Traducción automática del catalán"
	untranslated = "El texto está en catalán."
)

// allCatalan is an incident of which every answer is Catalan.
const allCatalan = "Bon dia, des d'aquest matí molts ajuntaments no poden entrar al servei i ens truquen contínuament.\n\n" +
	"Aplicació afectada: Registre d'entrades (producció)\n" +
	"Data i hora d'inici del problema: 22/11/2026 a les 9.38 h\n" +
	"Impacte en negoci: quaranta ajuntaments no poden registrar cap document des de les oficines d'atenció\n" +
	"Persona responsable de contacte de l'AOC: Núria Soler, 900 000 000\n" +
	"Comportament anòmal detectat: la pàgina d'alta torna l'error {{503}} en lloc d'obrir-se quan el balancejador 10.20.30.40 envia la petició a node-2.registre.example.cat\n" +
	"Evidències de l'error alertat: el servei integrador falla i el fitxer /var/log/registre/error.log diu \"connection refused\"\n" +
	"Redeploy o reinici del servei: sí, hem reiniciat el servei dues vegades sense cap millora\n"

// TestSpanish has incidents that are Catalan from the first word to the last go out through
// the real Apertium, which is killed again and again meanwhile: each goes out once, whether
// it was translated or not, and those after it are translated again.
func TestSpanish(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: what the race detector looks for is not in Apertium")
	}
	if _, err := os.Stat("/usr/share/apertium/modes/cat-spa.mode"); err != nil {
		t.Skip("Apertium is not installed (apertium apertium-spa-cat apertium-lex-tools cg3): NOT tested that anything is translated")
	}
	t.Parallel()
	o := play(t, sim.WorldConfig{Jira: sim.JiraConfig{Cloud: true}}, "ESCALAT_TRANSLATE_WITH=apertium", "ESCALAT_BRAKE_LIMIT=100")
	key := o.escalate("Ningú no pot entrar al registre d'entrades", allCatalan)
	o.until("it is told that it was sent", func() bool { return o.told(key, "enviat a Claranet") > 0 })
	first := o.letters()[0]
	golden(t, "spanish.golden", first.Subject+"\n\n"+first.Text)
	o.calm()
	_, err := o.Jira.AddComment(person, key, "Per a Claranet: Bon dia. El node 10.20.30.41 tampoc no respon. Podeu mirar-ho, si us plau?")
	o.must(err)
	o.until("the text has left", func() bool { return len(o.letters()) == 2 })
	if text := o.letters()[1].Text; !strings.Contains(text, translated) || !strings.Contains(text, "10.20.30.41") || !strings.Contains(text, "Texto original") {
		t.Errorf("the text for the provider:\n%s", text)
	}

	const more = 12
	end := killing(t)
	var keys []string
	for i := range more {
		keys = append(keys, o.escalate(fmt.Sprintf("El servei de notificacions no funciona (%d)", i+1), allCatalan))
	}
	for _, key := range keys {
		o.until("it is told that it was sent", func() bool { return o.told(key, "enviat a Claranet") > 0 })
	}
	if n := end(); n == 0 {
		t.Error("nothing was killed")
	} else {
		t.Logf("%d processes of Apertium were killed", n)
	}
	o.calm()
	key = o.escalate("La passarel·la de pagaments no respon", allCatalan)
	o.until("it is told that it was sent", func() bool { return o.told(key, "enviat a Claranet") > 0 })

	letters := o.letters()
	if len(letters) != 2+more+1 {
		t.Errorf("%d mails left, want %d", len(letters), 2+more+1)
	}
	either := map[bool]int{}
	for _, l := range letters[2:] {
		done := strings.Contains(l.Text, translated)
		if done == strings.Contains(l.Text, untranslated) {
			t.Errorf("it is not said whether this was translated:\n%s", l.Text)
		}
		if !strings.Contains(l.Text, "10.20.30.40") || !strings.Contains(l.Text, "/var/log/registre/error.log") || !strings.Contains(l.Text, "node-2.registre.example.cat") {
			t.Errorf("something did not survive:\n%s", l.Text)
		}
		either[done]++
	}
	if last := letters[len(letters)-1].Text; !strings.Contains(last, translated) {
		t.Errorf("what came afterwards was not translated:\n%s", last)
	}
	t.Logf("%d translated, %d not", either[true], either[false])
}

// killing kills every process of an Apertium that this process has begun, until the returned
// function is called, which says how many that were.
func killing(t *testing.T) (end func() int) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	killed := 0
	var over sync.WaitGroup
	over.Go(func() {
		beat := time.NewTicker(40 * time.Millisecond)
		defer beat.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-beat.C:
				killed += killChildren(t)
			}
		}
	})
	return func() int {
		stop()
		over.Wait()
		return killed
	}
}

// killChildren kills the processes of this one that belong to Apertium.
func killChildren(t *testing.T) (n int) {
	t.Helper()
	names, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Error(err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil { // it has ended
			continue
		}
		_, after, _ := strings.Cut(string(raw), "(")
		command, rest, _ := strings.Cut(after, ") ")
		fields := strings.Fields(rest)
		ours := len(fields) > 1 && fields[1] == strconv.Itoa(os.Getpid())
		if !ours || !strings.HasPrefix(command, "lt-") && !strings.HasPrefix(command, "apertium") && !strings.HasPrefix(command, "cg-") && !strings.HasPrefix(command, "lrx-") {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		if err != nil {
			continue
		}
		if p, err := os.FindProcess(pid); err == nil {
			if err := p.Kill(); err == nil {
				n++
			} else if !errors.Is(err, os.ErrProcessDone) {
				t.Error(err)
			}
		}
	}
	return n
}
