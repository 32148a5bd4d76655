package main

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"escalat/internal/sim"
)

// private are values that look private, and are nobody's.
var private = []string{"Tr4mits!2026x", "12345678Z", "ES91 2100 0418 4502 0005 1332", "S3cr3tDb99", "AKIAQ3EGRTLJNKB4XYZ2"}

// TestPrivate has people write what is private into each place that leaves, and looks for it
// in everything that left, in what the program keeps and in what it says. Then a person lets
// it leave.
func TestPrivate(t *testing.T) {
	t.Parallel()
	o := play(t, sim.WorldConfig{Jira: sim.JiraConfig{Cloud: true}})
	description := strings.Replace(complete, "40 ajuntaments no poden registrar cap document",
		"40 ajuntaments no poden registrar cap document; tampoc la persona amb DNI 12345678Z", 1) +
		"\nL'aplicació es connecta a postgres://app:S3cr3tDb99@bd.aoc:5432/registre.\n\nLa contrasenya de proves és Tr4mits!2026x.\n"
	_, key := o.Jira.CreateIssue(person, "AOC", summary, description)
	attach := func(name string, content []byte) {
		_, err := o.Jira.AddAttachment(person, key, name, "application/octet-stream", content)
		o.must(err)
	}
	attach("net.log", []byte("09:38:02 sonda registre: 503\n"))
	attach("claus.log", []byte("inici\naws_access_key_id = AKIAQ3EGRTLJNKB4XYZ2\n"))
	attach("dades.zip", zipped(t, "padro/dades.csv", "compte\nES91 2100 0418 4502 0005 1332\n"))
	o.must(o.Jira.AddLabel(person, key, label))
	o.until("it is told that it was sent", func() bool { return o.told(key, "enviat a Claranet") > 0 })
	o.calm()
	_, err := o.Jira.AddComment(person, key, "Per a Claranet: El compte afectat és ES91 2100 0418 4502 0005 1332.")
	o.must(err)
	o.until("the text has left", func() bool { return len(o.letters()) == 2 })
	o.calm()

	o.keeps(key)
	first := o.letters()[0]
	for _, mask := range []string{"(contraseña oculta)", "(DNI o NIE oculto)", "(cadena de conexión oculta)", "claus.log", "dades.zip"} {
		if !strings.Contains(first.Text, mask) {
			t.Errorf("the mail does not say %s:\n%s", mask, first.Text)
		}
	}
	if len(first.Files) != 1 || first.Files[0].Name != "net.log" {
		t.Errorf("files went along: %+v", first.Files)
	}
	if !strings.Contains(o.letters()[1].Text, "(IBAN oculto)") {
		t.Errorf("the text for the provider says:\n%s", o.letters()[1].Text)
	}

	_, err = o.Jira.AddComment(person, key, "escalat envia-igualment Claranet ho ha de provar amb aquest usuari")
	o.must(err)
	o.until("it has left", func() bool {
		var all strings.Builder
		for _, l := range o.letters() {
			all.WriteString(l.Text)
			for _, f := range l.Files {
				all.WriteString(f.Name)
			}
		}
		left := all.String()
		return strings.Contains(left, "12345678Z") && strings.Contains(left, "Tr4mits!2026x") && strings.Contains(left, "S3cr3tDb99") &&
			strings.Contains(left, "ES91 2100 0418 4502 0005 1332") && strings.Count(left, "claus.log") > 1 && strings.Count(left, "dades.zip") > 1
	})
	o.calm()

	// What is written later was not allowed.
	_, err = o.Jira.AddComment(person, key, "Per a Claranet: La contrasenya nova és N0va-clau!77.")
	o.must(err)
	n := len(o.letters())
	o.until("the text has left", func() bool { return len(o.letters()) > n })
	if last := o.letters()[len(o.letters())-1]; strings.Contains(last.Text, "N0va-clau!77") || !strings.Contains(last.Text, "(contraseña oculta)") {
		t.Errorf("what was written later leaves:\n%s", last.Text)
	}
}

func zipped(t *testing.T, name, content string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create(name)
	if err == nil {
		_, err = f.Write([]byte(content))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// keeps looks for what is private in everything that left, and that the program keeps or
// says.
func (o *outside) keeps(key string) {
	o.Helper()
	places := map[string]string{"the log": o.log.text(), "the metrics": fetch(o.Context(), "http://"+o.addr+"/metrics")}
	for _, l := range o.letters() {
		var b strings.Builder
		b.WriteString(l.Subject + "\n" + l.Text + "\n" + l.HTML)
		for _, f := range l.Files {
			b.WriteString("\n" + f.Name + "\n")
			b.Write(f.Content)
		}
		places["the mail "+l.Subject] = b.String()
	}
	for _, c := range o.Jira.Comments(key) {
		if c.Author == "escalat" {
			places["comment "+c.ID] = c.Body
		}
	}
	for _, env := range o.environ {
		name, file, _ := strings.Cut(env, "=")
		if name != "ESCALAT_DATABASE_URL" {
			continue
		}
		for _, part := range []string{"", "-wal"} {
			raw, err := os.ReadFile(file + part)
			if err != nil && part == "" {
				o.Error(err)
			}
			places["the database "+filepath.Base(file)+part] = string(raw)
		}
	}
	places["escalat mails"] = o.command("mails")
	for place, text := range places {
		for _, value := range private {
			if strings.Contains(text, value) {
				o.Errorf("%s has %s", place, value)
			}
		}
	}
	if !strings.Contains(places["the database a.db"]+places["the database a.db-wal"], key) {
		o.Error("the database was not looked at")
	}
}
