package translate

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"escalat/bridge/sentence"
)

const (
	oneSentence = "El servidor de correu no respon des d'aquest matí i els usuaris no poden enviar missatges."
	paragraph   = oneSentence + " Hem reiniciat el servei dues vegades i hem comprovat que el disc no és ple. "
)

// report puts the memory of the programs among the results: what each has for itself
// and its share of what they have in common.
func report(b *testing.B, a *Apertium) {
	b.Helper()
	b.StopTimer()
	var rss, share int
	for _, cmd := range running(a) {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", cmd.Process.Pid))
		if err != nil {
			return
		}
		for line := range strings.SplitSeq(string(raw), "\n") {
			field := strings.Fields(line)
			if len(field) < 2 {
				continue
			}
			kB, _ := strconv.Atoi(field[1])
			switch field[0] {
			case "Rss:":
				rss += kB
			case "Pss:":
				share += kB
			}
		}
	}
	b.ReportMetric(float64(rss)/1024, "MB-RSS")
	b.ReportMetric(float64(share)/1024, "MB-PSS")
	b.ReportMetric(float64(a.Status().Running), "pipelines")
}

func benchmark(b *testing.B, text string, parallel, cases int) {
	b.Helper()
	a := real(b, parallel)
	in := sentence.Divide(text, sentence.Options{}).Sentences()
	if _, err := a.Translate(b.Context(), "ca", "es", in); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text) * cases))
	for b.Loop() {
		var all sync.WaitGroup
		for range cases {
			all.Go(func() {
				if _, err := a.Translate(b.Context(), "ca", "es", in); err != nil {
					b.Error(err)
				}
			})
		}
		all.Wait()
	}
	report(b, a)
}

func thousand() string { return strings.Repeat(paragraph, 1000/len(paragraph)+1)[:1000] }

func BenchmarkSentence(b *testing.B) { benchmark(b, oneSentence, 1, 1) }
func BenchmarkThousand(b *testing.B) { benchmark(b, thousand(), 1, 1) }
func BenchmarkEightIn2(b *testing.B) { benchmark(b, thousand(), 2, 8) }
func BenchmarkEightIn8(b *testing.B) { benchmark(b, thousand(), 8, 8) }
func BenchmarkFirstCall(b *testing.B) { // with the start of the pipeline
	for b.Loop() {
		a := real(b, 1)
		if _, err := a.Check(b.Context()); err != nil {
			b.Fatal(err)
		}
		_ = a.Close()
	}
}

// BenchmarkOneShot is Apertium's own command, once for each text.
func BenchmarkOneShot(b *testing.B) {
	real(b, 1)
	for name, text := range map[string]string{"sentence": oneSentence, "thousand": thousand()} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				cmd := exec.CommandContext(b.Context(), "apertium", "-u", "cat-spa")
				cmd.Stdin = strings.NewReader(text)
				if out, err := cmd.Output(); err != nil || len(out) == 0 {
					b.Fatal(err)
				}
			}
		})
	}
}
