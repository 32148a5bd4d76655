package message_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHTMLIsShownInPlainLines(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ html, want string }{
		"paragraphs":     {"<p>uno</p><p>dos<br>tres</p>cuatro", "uno\n\ndos\ntres\n\ncuatro"},
		"lines of div":   {"<div>uno</div><div><br></div><div>dos <b>tres</b>, <i>y</i> más</div>", "uno\n\ndos tres, y más"},
		"blanks":         {"  uno\n\t dos&nbsp;&nbsp;tres <span> cuatro</span>", "uno dos  tres cuatro"},
		"lists":          {"Hecho:<ul><li>uno<li>dos<ol><li>a</li><li>b</li></ol></li></ul>fin", "Hecho:\n\n- uno\n- dos\n  1. a\n  2. b\n\nfin"},
		"table":          {"<table><tr><th>Host</th><th>Loss</th></tr><tr><td>r1</td><td>0 %</td></tr></table>", "Host | Loss\nr1 | 0 %"},
		"preformatted":   {"<pre>HOST      Loss%\n  1.|-- r1  0.0%\n</pre>", "HOST      Loss%\n  1.|-- r1  0.0%"},
		"link":           {`<a href="https://x.es/a">informe</a> y <a href="https://x.es/b">x.es/b</a>, <a href="mailto:a@b.es">a@b.es</a>`, "informe (https://x.es/a) y x.es/b, a@b.es"},
		"script link":    {`<a href="javascript:alert(1)">pulse</a>`, "pulse"},
		"hidden":         {"<title>t</title><style>p{color:red}</style><script>alert('<p>')</script>uno", "uno"},
		"style unclosed": {"uno<style>p{}", "uno"},
		"comment":        {"uno<!-- dos --> tres<![if !mso]>", "uno tres"},
		"quote in quote": {"a<blockquote>b<blockquote>c</blockquote>d</blockquote>e", "a\n\n> b\n>\n> > c\n>\n> d\n\ne"},
		"indented":       {`a<blockquote style="margin: 0 0 0 40px; border: none;">b</blockquote>c`, "a\n\nb\n\nc"},
		"stray ends":     {"</blockquote></pre></ul></a>uno</p>", "uno"},
		"entities":       {"&lt;b&gt; &amp;nbsp; &#8364; &eacute; &bogus;", "<b> &nbsp; € é &bogus;"},
		"Gmail": {
			`<div dir="ltr">Hecho.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">El lun, 2 mar 2026 a las 10:12, Suport (&lt;<a href="mailto:suport@aoc.cat">suport@aoc.cat</a>&gt;) escribió:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204)">Aplicación<br>Impacto</blockquote></div>`,
			"Hecho.\n\nEl lun, 2 mar 2026 a las 10:12, Suport (<suport@aoc.cat>) escribió:\n\n> Aplicación\n> Impacto",
		},
		"Outlook": {
			`<div class=WordSection1><p class=MsoNormal>Hecho.<o:p></o:p></p><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>De:</b> Suport &lt;suport@aoc.cat&gt; <br><b>Enviado el:</b> lunes, 2 de marzo de 2026 10:12<br><b>Para:</b> CSS<br><b>Asunto:</b> e-NOTUM<o:p></o:p></p></div><p>Aplicación</p></div>`,
			"Hecho.\n\nDe: Suport <suport@aoc.cat>\nEnviado el: lunes, 2 de marzo de 2026 10:12\nPara: CSS\nAsunto: e-NOTUM\n\nAplicación",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := read(t, hello+"Content-Type: text/html; charset=utf-8\n\n"+test.html)
			if diff := cmp.Diff(test.want, m.Text); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
