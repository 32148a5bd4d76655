package page

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// client is a mail as a program writes it, and what is read of it.
type client struct{ name, html, want string }

func clients() []client { return append(majorClients(), otherClients()...) }

// majorClients are those of Google, Microsoft, Apple and Mozilla.
func majorClients() []client {
	return []client{
		{
			"Gmail", `<div dir="ltr">nou<div><br></div><div><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature">Marta Puig<br>Suport</div></div></div><br>` +
				`<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">El mar, 3 feb 2026 a las 10:12, Joan Pi (&lt;<a href="mailto:joan@example.cat">joan@example.cat</a>&gt;) escribió:<br></div>` +
				`<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"><div dir="ltr">vell</div><div class="gmail_quote"><div class="gmail_attr">On Mon, X wrote:<br></div><blockquote class="gmail_quote">més vell</blockquote></div></blockquote></div>`,
			`nou

signature Marta Puig
signature Suport

attribution El mar, 3 feb 2026 a las 10:12, Joan Pi (<<a mailto:joan@example.cat>joan@example.cat</>>) escribió:
quoted > vell
quoted > On Mon, X wrote:

quoted > > més vell`,
		},
		{
			"Gmail, answered below and between", `<div class="gmail_quote"><div class="gmail_attr">Missatge de X &lt;x@example.cat&gt; del dia dl., 4 de nov. 2019 a les 18:42:<br></div><blockquote class="gmail_quote">vell 1</blockquote><div><br></div><div>nou 1</div><blockquote class="gmail_quote">vell 2</blockquote><div>nou 2</div></div>`,
			`attribution Missatge de X <x@example.cat> del dia dl., 4 de nov. 2019 a les 18:42:

quoted > vell 1

nou 1

quoted > vell 2

nou 2`,
		},
		{
			"Gmail of old", `nou<div class="gmail_extra"><br><div class="gmail_quote">El 3 de febrero de 2026, 10:12, X <span dir="ltr">&lt;<a href="mailto:x@a.es" target="_blank">x@a.es</a>&gt;</span> escribió:<br><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex">vell</blockquote></div><br></div>`,
			`nou

attribution El 3 de febrero de 2026, 10:12, X <<a mailto:x@a.es>x@a.es</>> escribió:
quoted > vell`,
		},
		{
			"Gmail, passed on", `<div dir="ltr">nou<br><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">---------- Missatge reenviat ---------<br>De: <b class="gmail_sendername" dir="auto">X</b> <span dir="auto">&lt;x@a.es&gt;</span><br>Date: dl.<br>Subject: Tall<br></div><br><br><div>avís</div><blockquote class="gmail_quote">d'abans</blockquote></div></div>`,
			`nou

forwarded ---------- Missatge reenviat ---------
forwarded De: <b>X</> <x@a.es>
forwarded Date: dl.
forwarded Subject: Tall

forwarded avís

forwarded > d'abans`,
		},
		{
			"Gmail, quoted by Outlook on the web", `<div>nou</div><div class="x_gmail_quote"><div class="x_gmail_attr">El 3, X escribió:</div><blockquote class="x_gmail_quote">vell</blockquote></div>`,
			`nou
attribution El 3, X escribió:

quoted > vell`,
		},
		{
			"Outlook", `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!--
p.MsoNormal, li.MsoNormal, div.MsoNormal {margin:0cm; font-size:11.0pt;}
@page WordSection1 {size:612.0pt 792.0pt;}
--></style><!--[if gte mso 9]><xml><o:shapedefaults v:ext="edit" spidmax="1026" /></xml><![endif]--></head><body lang=ES link="#0563C1"><div class=WordSection1>` +
				`<p class=MsoNormal><span style='mso-fareast-language:EN-US'>nou<o:p></o:p></span></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal><span style='mso-bookmark:_MailAutoSig'><b>Marta Puig</b><o:p></o:p></span></p>` +
				`<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b><span lang=ES>De:</span></b><span lang=ES> X &lt;x@a.es&gt;<br><b>Enviado el:</b> lunes<br><b>Para:</b> Y<br><b>Asunto:</b> RE: Z<o:p></o:p></span></p></div></div><p class=MsoNormal>vell<o:p></o:p></p></div></body></html>`,
			`nou

signature <b>Marta Puig</>
EARLIER <b>De:</> X <x@a.es>
<b>Enviado el:</> lunes
<b>Para:</> Y
<b>Asunto:</> RE: Z
vell`,
		},
		{
			"Outlook of 2007, in Catalan", `<p class=MsoNormal>nou<p class=MsoNormal><div style='border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b><span style='font-size:10.0pt'>De:</span></b> X<br><b>Enviat el:</b> dilluns<br><b>Per a:</b> Y</p></div><p class=MsoNormal>vell`,
			`nou
EARLIER <b>De:</> X
<b>Enviat el:</> dilluns
<b>Per a:</> Y
vell`,
		},
		{
			"Outlook, a ruled part that begins no mail", `<p class=MsoNormal>nou</p><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal>De moment: res</p></div>`,
			`nou
De moment: res`,
		},
		{
			"Outlook on the web", `<html><head><style type="text/css" style="display:none;"> P {margin-top:0;margin-bottom:0;} </style></head><body dir="ltr"><div class="elementToProof" style="font-family: Aptos">nou</div><div id="Signature"><p>Marta</p></div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt" color="#000000"><b>De:</b> X &lt;x@a.es&gt;<br><b>Enviat el:</b> dimarts<br><b>Per a:</b> Y<br><b>Tema:</b> RE: Z</font><div>&nbsp;</div></div><div dir="ltr">vell</div></body></html>`,
			`nou
signature Marta

EARLIER <b>De:</> X <x@a.es>
<b>Enviat el:</> dimarts
<b>Per a:</> Y
<b>Tema:</> RE: Z

vell`,
		},
		{
			"Outlook on the web, without an earlier mail", `<div>nou</div><div id="appendonsend"></div><div>nou també</div><hr><div>i més</div>`,
			`nou
nou també
----
i més`,
		},
		{
			"new Outlook", `<div class="elementToProof">nou</div><div id="mail-editor-reference-message-container"><br><div class="ms-outlook-mobile-reference-message skipProofing"><hr style="display:inline-block;width:98%"><div id="x_divRplyFwdMsg"><b>From:</b> X<br><b>Sent:</b> y</div>vell</div></div>`,
			`nou

EARLIER <b>From:</> X
<b>Sent:</> y
vell`,
		},
		{
			"Outlook on a telephone", `<div dir="ltr">nou</div><div id="ms-outlook-mobile-signature" dir="ltr"><div></div>Obtener <a href="https://aka.ms/o0ukef">Outlook para iOS</a></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><b>De:</b> X<br></div>vell`,
			`nou
signature Obtener <a https://aka.ms/o0ukef>Outlook para iOS</>

EARLIER <b>De:</> X
vell`,
		},
		{
			"Outlook for Mac", `<div>nou</div><span id="OLK_SRC_BODY_SECTION"><div style="font-family:Calibri;border-bottom:medium none;border-top:#b5c4df 1pt solid;padding-top:3pt"><span style="font-weight:bold">De: </span>X<br><span style="font-weight:bold">Fecha: </span>y</div><blockquote id="MAC_OUTLOOK_ATTRIBUTION_BLOCKQUOTE" style="BORDER-LEFT:#b5c4df 5 solid">vell</blockquote></span>`,
			`nou
EARLIER <b>De:</> X
<b>Fecha:</> y

quoted > vell`,
		},
		{
			"Outlook's bookmark", `<p class=MsoNormal>nou</p><p class=MsoNormal><a name="_MailOriginal"><b><span lang=EN-US>From:</span></b></a><span style='mso-bookmark:_MailOriginal'><span lang=EN-US> X<br><b>Sent:</b> y</span></span></p><p class=MsoNormal><span style='mso-bookmark:_MailOriginal'>vell</span></p>`,
			`nou
EARLIER <b>From:</> X
<b>Sent:</> y
vell`,
		},
		{
			"Hotmail", `<div dir="ltr">nou</div><hr id="stopSpelling">Date: Mon<br>From: X<br>vell`,
			`nou

EARLIER Date: Mon
From: X
vell`,
		},
		{
			"Samsung", `<div dir="auto">nou</div><div dir="auto"><br></div><div id="composer_signature" dir="auto">Enviat des del meu Galaxy</div><div><br></div><div align="left" dir="auto" style="font-size:100%;color:#000000"><div>-------- Missatge original --------</div><div>De: X </div></div>vell`,
			`nou

signature Enviat des del meu Galaxy

-------- Missatge original --------
De: X
vell`,
		},
		{
			"Apple Mail", `<html><body style="word-wrap: break-word;"><div>nou</div><div id="AppleMailSignature" dir="ltr">Enviado desde mi iPhone</div><div><br><blockquote type="cite"><div>El 3 feb 2026, a las 10:12, X &lt;x@a.es&gt; escribió:</div><br class="Apple-interchange-newline"><div>vell</div></blockquote></div><br></body></html>`,
			`nou
signature Enviado desde mi iPhone

quoted > El 3 feb 2026, a las 10:12, X <x@a.es> escribió:

quoted > vell`,
		},
		{
			"Apple Mail, passed on", `<div>nou</div><br><div><blockquote type="cite"><div>Inicio del mensaje reenviado:</div><br><div><b>De: </b>X</div><div>avís</div></blockquote></div>`,
			`nou

forwarded Inicio del mensaje reenviado:

forwarded <b>De:</> X
forwarded avís`,
		},
		{
			"a telephone of Apple, passed on", `<div dir="ltr">nou</div><div dir="ltr"><br>Begin forwarded message:<br><br></div><blockquote type="cite"><div dir="ltr"><b>From:</b> X<br>avís</div></blockquote>`,
			`nou

Begin forwarded message:

forwarded <b>From:</> X
forwarded avís`,
		},
		{
			"Thunderbird", `<p>nou</p><div class="moz-signature">-- <br>Marta</div><div class="moz-cite-prefix">El 15/07/2017 a les 07:06, X ha escrit:<br></div><blockquote type="cite" cite="mid:1@a.es"><pre class="moz-quote-pre" wrap="">vell  *
</pre></blockquote>`,
			`nou

signature --
signature Marta
attribution El 15/07/2017 a les 07:06, X ha escrit:

quoted > | vell  *`,
		},
		{
			"Thunderbird, passed on", `<p>nou</p><div class="moz-forward-container"><br><br>-------- Missatge reenviat --------<table class="moz-email-headers-table" cellspacing="0" cellpadding="0" border="0"><tbody><tr><th align="RIGHT" nowrap="nowrap" valign="BASELINE">Assumpte: </th><td>Tall</td></tr><tr><th align="RIGHT">De: </th><td>X <a href="mailto:x@a.es">x@a.es</a></td></tr></tbody></table><br>avís</div>`,
			`nou

forwarded -------- Missatge reenviat --------
forwarded Assumpte: Tall
forwarded De: X <a mailto:x@a.es>x@a.es</>

forwarded avís`,
		},
	}
}

func TestClients(t *testing.T) {
	t.Parallel()
	for _, tt := range clients() {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lines, ok := Read(tt.html)
			if diff := cmp.Diff(tt.want+"\n", dump(lines)); diff != "" || !ok {
				t.Errorf("%t (-want +got):\n%s", ok, diff)
			}
		})
	}
}
