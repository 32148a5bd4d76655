package reply_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge/message"
	"escalat/bridge/receive/reply"
	"escalat/mapping/wiki"
)

// mails are answers as both of their alternatives, and the part that is new.
var mails = map[string]struct{ html, plain, reply string }{
	"Gmail": {
		html: `<div dir="ltr">Buenos días:<div><br></div><div>Reiniciado a las 10:05.</div></div><br>` +
			`<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">El lun, 23 nov 2026 a las 10:00, Suport AOC (&lt;<a href="mailto:suport@aoc.cat">suport@aoc.cat</a>&gt;) escribió:<br></div>` +
			`<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"><div>Aplicación afectada: e-NOTUM</div></blockquote></div>`,
		plain: "Buenos días:\n\nReiniciado a las 10:05.\n\nEl lun, 23 nov 2026 a las 10:00, Suport AOC (<suport@aoc.cat>) escribió:\n\n> Aplicación afectada: e-NOTUM\n",
		reply: "Buenos días:\n\nReiniciado a las 10:05.",
	},
	"Gmail, between": {
		html: `<div dir="ltr"><div class="gmail_quote"><div dir="ltr" class="gmail_attr">El lun, 23 nov 2026 a las 10:00, Suport AOC (&lt;suport@aoc.cat&gt;) escribió:<br></div>` +
			`<blockquote class="gmail_quote" style="border-left:1px solid"><div>Hola:</div><div><br></div><div>¿Han reiniciado?</div></blockquote><div>Sí, a las 10.</div>` +
			`<blockquote class="gmail_quote" style="border-left:1px solid"><div>¿Funciona?</div></blockquote><div>Todavía no.</div></div></div>`,
		plain: "El lun, 23 nov 2026 a las 10:00, Suport AOC (<suport@aoc.cat>) escribió:\n> Hola:\n>\n> ¿Han reiniciado?\n\nSí, a las 10.\n\n> ¿Funciona?\n\nTodavía no.\n",
		reply: "> ¿Han reiniciado?\n\nSí, a las 10.\n\n> ¿Funciona?\n\nTodavía no.",
	},
	"Gmail, signature": {
		html: `<div dir="ltr">Fet.<br clear="all"><div><br></div><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature">` +
			`<div>Mireia Inventada<br>Sistemes</div></div></div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Missatge de Suport AOC &lt;suport@aoc.cat&gt; del dia dl., 23 de nov. 2026 a les 10:00:<br></div>` +
			`<blockquote class="gmail_quote"><div>Aplicació</div></blockquote></div>`,
		plain: "Fet.\n\n-- \nMireia Inventada\nSistemes\n\nMissatge de Suport AOC <suport@aoc.cat> del dia dl., 23 de nov. 2026 a\nles 10:00:\n\n> Aplicació\n",
		reply: "Fet.",
	},
	"Outlook desktop": {
		html: `<html xmlns:o="urn:schemas-microsoft-com:office:office"><body lang="ES"><div class="WordSection1"><p class="MsoNormal">Hecho.<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>` +
			`<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>De:</b> Suport AOC &lt;suport@aoc.cat&gt; <br><b>Enviado el:</b> lunes, 23 de noviembre de 2026 10:00<br>` +
			`<b>Para:</b> CSS &lt;css@claranet.es&gt;<br><b>Asunto:</b> [AOC SUP-42] e-NOTUM<o:p></o:p></p></div></div><p class="MsoNormal">Aplicación afectada: e-NOTUM<o:p></o:p></p></div></body></html>`,
		plain: "Hecho.\n\nDe: Suport AOC <suport@aoc.cat> \nEnviado el: lunes, 23 de noviembre de 2026 10:00\nPara: CSS <css@claranet.es>\nAsunto: [AOC SUP-42] e-NOTUM\n\nAplicación afectada: e-NOTUM\n",
		reply: "Hecho.",
	},
	"Outlook on the web": {
		html: `<div class="elementToProof" style="font-family:Aptos">Fet, ja respon.</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">` +
			`<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>De:</b> Suport AOC &lt;suport@aoc.cat&gt;<br><b>Enviat el:</b> dilluns, 23 de novembre de 2026 10:00<br><b>Per a:</b> CSS<br><b>Tema:</b> e-NOTUM</font><div>&nbsp;</div></div>` +
			`<div>Aplicació</div>`,
		plain: "Fet, ja respon.\n________________________________\nDe: Suport AOC <suport@aoc.cat>\nEnviat el: dilluns, 23 de novembre de 2026 10:00\nPer a: CSS\nTema: e-NOTUM\n\nAplicació\n",
		reply: "Fet, ja respon.",
	},
	"Apple Mail": {
		html:  `<html><head></head><body>Hecho.<br><div><br><blockquote type="cite"><div>El 23 nov 2026, a las 10:00, Suport AOC &lt;suport@aoc.cat&gt; escribió:</div><br class="Apple-interchange-newline"><div>Aplicación</div></blockquote></div><br></body></html>`,
		plain: "Hecho.\n\n> El 23 nov 2026, a las 10:00, Suport AOC <suport@aoc.cat> escribió:\n> \n> Aplicación\n\n",
		reply: "Hecho.",
	},
	"Thunderbird, below": {
		html: `<div class="moz-cite-prefix">El 23/11/26 a les 10:00, Suport AOC ha escrit:<br></div><blockquote type="cite" cite="mid:x"><p>Aplicació</p><p>Impacte</p></blockquote><p>Fet, ja respon.</p>` +
			`<pre class="moz-signature" cols="72">-- 
Mireia</pre>`,
		plain: "El 23/11/26 a les 10:00, Suport AOC ha escrit:\n> Aplicació\n>\n> Impacte\n\nFet, ja respon.\n\n-- \nMireia\n",
		reply: "Fet, ja respon.",
	},
	"a list and a table": {
		html: `<p>Comprobado:</p><ul><li>disco</li><li>memoria</li></ul><table border="1"><tr><th>Host</th><th>Loss</th></tr><tr><td>r1</td><td>0%</td></tr></table>` +
			`<div class="gmail_quote"><div class="gmail_attr">El lun, 23 nov 2026 a las 10:00, X (&lt;x@aoc.cat&gt;) escribió:<br></div><blockquote class="gmail_quote">uno</blockquote></div>`,
		plain: "Comprobado:\n\n- disco\n- memoria\n\nHost | Loss\nr1 | 0%\n\nEl lun, 23 nov 2026 a las 10:00, X (<x@aoc.cat>) escribió:\n\n> uno\n",
		reply: "Comprobado:\n\n- disco\n- memoria\n\nHost | Loss\nr1 | 0%",
	},
	"a forward": {
		html: `<div dir="ltr">Os paso lo del fabricante.<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>De: <b>Vendor</b> &lt;v@vendor.example&gt;<br>` +
			`Date: lun, 23 nov 2026 a las 9:00<br>Subject: Case 417<br>To: CSS &lt;css@claranet.es&gt;<br></div><br><br>It is fixed in 7.4.5.</div></div>`,
		plain: "Os paso lo del fabricante.\n\n---------- Forwarded message ---------\nDe: Vendor <v@vendor.example>\nDate: lun, 23 nov 2026 a las 9:00\nSubject: Case 417\nTo: CSS <css@claranet.es>\n\n\nIt is fixed in 7.4.5.\n",
		reply: "Os paso lo del fabricante.\n\n---------- Forwarded message ---------\nDe: Vendor <v@vendor.example>\nDate: lun, 23 nov 2026 a las 9:00\nSubject: Case 417\nTo: CSS <css@claranet.es>\n\nIt is fixed in 7.4.5.",
	},
	"banner and notice": {
		html: `<table><tr><td><p>CAUTION: This email originated from outside of the organization. Do not click links.</p></td></tr></table><p>Hecho.</p>` +
			`<p>Este mensaje y sus archivos adjuntos van dirigidos exclusivamente a su destinatario, pudiendo contener información confidencial sometida a secreto profesional.</p>`,
		plain: "CAUTION: This email originated from outside of the organization. Do not click links.\n\nHecho.\n\nEste mensaje y sus archivos adjuntos van dirigidos exclusivamente a su\ndestinatario, pudiendo contener información confidencial sometida a secreto\nprofesional.\n",
		reply: "Hecho.",
	},
}

// TestAlternatives: HTML and plain text of a mail give the same new text.
func TestAlternatives(t *testing.T) {
	t.Parallel()
	for name, test := range mails {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for form, p := range map[string]message.Piece{"HTML": {HTML: test.html}, "plain": {Plain: test.plain}, "both": {HTML: test.html, Plain: test.plain}} {
				got := reply.Read([]message.Piece{p}, options)
				if diff := cmp.Diff(collapse(test.reply), collapse(got.Reply)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", form, diff)
				}
			}
		})
	}
}

// TestLines: the lines of a reply say what they look like.
func TestLines(t *testing.T) {
	t.Parallel()
	got := reply.Read([]message.Piece{{HTML: mails["Gmail, between"].html}}, options).Lines
	var quotes []int
	for _, l := range got {
		if l.Text != "" {
			quotes = append(quotes, l.Quote)
		}
	}
	if diff := cmp.Diff([]int{1, 0, 1, 0}, quotes); diff != "" {
		t.Errorf("quotes (-want +got):\n%s", diff)
	}
	plain := reply.Read([]message.Piece{{Plain: ">uno\n>>  dos\n\nHecho.\n    sangrado"}}, options).Lines
	want := []wiki.Line{{Text: "uno", Quote: 1}, {Text: " dos", Quote: 2}, {}, {Text: "Hecho."}, {Text: "    sangrado"}}
	if diff := cmp.Diff(want, plain); diff != "" {
		t.Errorf("plain (-want +got):\n%s", diff)
	}
}

// TestChoice: HTML is read unless the plain text says more.
func TestChoice(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Hemos reiniciado el servidor. ", 20)
	for name, test := range map[string]struct {
		pieces []message.Piece
		want   string
	}{
		"HTML":            {[]message.Piece{{HTML: "<p>Hecho <b>ya</b>.</p>", Plain: "Hecho *ya*."}}, "Hecho ya."},
		"plain alone":     {[]message.Piece{{Plain: "Hecho."}}, "Hecho."},
		"HTML is empty":   {[]message.Piece{{HTML: "<p>&nbsp;</p><img src='https://x.example/p.gif'>", Plain: "Hecho."}}, "Hecho."},
		"HTML is poor":    {[]message.Piece{{HTML: "<p>Ver el texto.</p>", Plain: long}}, long},
		"HTML is cut":     {[]message.Piece{{HTML: "<p>Hec", HTMLCut: true, Plain: "Hecho."}}, "Hecho."},
		"plain is poor":   {[]message.Piece{{HTML: "<p>" + long + "</p>", Plain: "Su programa no muestra HTML."}}, long},
		"HTML is deep":    {[]message.Piece{{HTML: strings.Repeat("<div>", 5000) + "Hecho.", Plain: "Hecho."}}, "Hecho."},
		"several":         {[]message.Piece{{Plain: "Uno."}, {HTML: "<p>Dos.</p>"}, {Plain: "  "}, {Plain: "Tres."}}, "Uno.\n\nDos.\n\nTres."},
		"cut in a later":  {[]message.Piece{{HTML: "<p>Uno.</p>"}, {Plain: "Dos.\n\n-----Mensaje original-----\nx"}, {Plain: "de x"}}, "Uno.\n\nDos."},
		"nothing":         {nil, ""},
		"a link":          {[]message.Piece{{HTML: `<p>Ver <a href="https://e.example/1">el estado</a> o <a href="https://e.example">e.example</a>.</p>`}}, "Ver el estado (https://e.example/1) o e.example."},
		"numbers":         {[]message.Piece{{HTML: `<ol><li>uno</li><li>dos<ul><li>sub</li></ul></li><li>tres</li></ol>`}}, "1. uno 2. dos - sub 3. tres"},
		"picture or none": {[]message.Piece{{HTML: `<p><img src="cid:a@b"></p><div class="gmail_quote"><div class="gmail_attr">El lun, 23 nov 2026 a las 10:00, X (&lt;x@aoc.cat&gt;) escribió:</div><blockquote class="gmail_quote">uno</blockquote></div>`}}, "El lun, 23 nov 2026 a las 10:00, X (<x@aoc.cat>) escribió: > uno"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(collapse(test.want), collapse(reply.Read(test.pieces, options).Reply)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestForwards: a mail that passes another on is news, which its subject may say.
func TestForwards(t *testing.T) {
	t.Parallel()
	for subject, want := range map[string]bool{
		"RV: Case 417": true, "Fwd: x": true, "FW:x": true, "Reenv: x": true, "Enc: x": true, "RE: RV: x": false, "Re: x": false, "Corte de red: RV": false, "": false,
	} {
		if got := reply.Forwards(subject); got != want {
			t.Errorf("%q: %v", subject, got)
		}
	}
	pieces := []message.Piece{{Plain: "Os paso lo del fabricante.\n\n" + outlook}}
	if got := reply.Read(pieces, reply.Options{Forwarded: true}); got.Cut != "" {
		t.Errorf("cut %q", got.Cut)
	}
	if got := reply.Read(pieces, reply.Options{}); got.Reply != "Os paso lo del fabricante." {
		t.Errorf("reply %q", got.Reply)
	}
}
