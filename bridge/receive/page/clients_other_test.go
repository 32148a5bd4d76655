package page

import "strings"

// otherClients are further programs and services, and the desks of providers.
func otherClients() []client {
	return []client{
		{
			"Yahoo", `<div class="ydp123yahoo-style-wrap"><div dir="ltr">nou</div><div class="ydp123signature">Marta</div></div><div id="yahoo_quoted_4711" class="yahoo_quoted"><div style="font-family:Helvetica"><div>El martes, 3 de febrero de 2026, 10:12:00 CET, X &lt;x@a.es&gt; escribió:</div><div><br></div><div>vell</div></div></div>`,
			`nou
signature Marta
attribution El martes, 3 de febrero de 2026, 10:12:00 CET, X <x@a.es> escribió:

quoted > vell`,
		},
		{
			"Yahoo, quoted by itself", `<div>nou</div><div class="ydpa1b2yahoo_quoted">X wrote:<div>vell</div></div>`,
			`nou
attribution X wrote:
quoted > vell`,
		},
		{
			"iPhone, passed on in two parts", `<div>nou</div><div>Inici del missatge reenviat:<br><br></div><blockquote type="cite"><div><b>De:</b> X<br><b>Assumpte:</b> Tall<br><br></div></blockquote><blockquote type="cite"><div>avís</div></blockquote><div>més</div><blockquote type="cite"><div>vell</div></blockquote>`,
			`nou
Inici del missatge reenviat:

forwarded <b>De:</> X
forwarded <b>Assumpte:</> Tall

forwarded avís

més

quoted > vell`,
		},
		{
			"Proton", `<div style="font-family: Arial">nou</div><div class="protonmail_signature_block"><div class="protonmail_signature_block-proton">Enviado con correo seguro de <a target="_blank" href="https://proton.me/">Proton Mail</a>.</div></div><div class="protonmail_quote">El martes, X &lt;x@a.es&gt; escribió:<br><br><blockquote class="protonmail_quote" type="cite">vell</blockquote><br></div>`,
			`nou
signature Enviado con correo seguro de <a https://proton.me/>Proton Mail</>.
attribution El martes, X <x@a.es> escribió:

quoted > vell`,
		},
		{
			"Proton, passed on", `<div>nou</div><div class="protonmail_quote">------- Forwarded Message -------<br>From: X<br><br><blockquote class="protonmail_quote" type="cite">avís</blockquote></div>`,
			`nou
forwarded ------- Forwarded Message -------
forwarded From: X

forwarded > avís`,
		},
		{
			"Tuta", `<div>nou</div>3 feb. 2026, 10:12 por x@a.es:<br><blockquote class="tutanota_quote" style="border-left: 1px solid #93A3B8;">vell</blockquote>`,
			`nou
3 feb. 2026, 10:12 por x@a.es:

quoted > vell`,
		},
		{
			"Zimbra", `<div style="font-family: arial"><div>nou</div><div data-marker="__SIG_PRE__"><p>Marta</p></div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><blockquote style="border-left:2px solid #1010FF;"><b>De: </b>X<br><b>Para: </b>Y</blockquote></div><div data-marker="__QUOTED_TEXT__"><blockquote style="border-left:2px solid #1010FF">vell</blockquote></div></div>`,
			`nou

signature Marta

EARLIER > <b>De:</> X
quoted > <b>Para:</> Y

quoted > > vell`,
		},
		{
			"Zimbra without a quote", `<div>nou</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>De: </b>X<br></div><div>vell</div>`,
			`nou

EARLIER <b>De:</> X
vell`,
		},
		{
			"Roundcube", `<p>nou</p><div id="v1_rc_sig">-- <br>Marta</div><p id="reply-intro">El 2026-02-03 10:12, X escribió:</p><blockquote type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid; margin: 0"><div class="pre" style="margin: 0; padding: 0; font-family: monospace">vell</div></blockquote>`,
			`nou

signature --
signature Marta

attribution El 2026-02-03 10:12, X escribió:

quoted > <tt>vell</>`,
		},
		{
			"Evolution", `<div>nou</div><div><span class="-x-evo-signature-wrapper">-- <br>Marta</span></div><div>El dt. 03 de 02 de 2026 a les 10:12 +0100, X va escriure:</div><blockquote type="cite" style="margin:0 0 0 .8ex; border-left:2px #729fcf solid;padding-left:1ex"><div>vell</div></blockquote>`,
			`nou
signature --
signature Marta
El dt. 03 de 02 de 2026 a les 10:12 +0100, X va escriure:
quoted > vell`,
		},
		{
			"KMail", `<p style="margin-top:0;margin-bottom:0">nou</p><p>El martes, X escribió:</p><blockquote class="quotelevel1">vell</blockquote>`,
			`nou

El martes, X escribió:

quoted > vell`,
		},
		{
			"Horde", `<p>nou</p><p>Citando X &lt;x@a.es&gt;:</p><blockquote type="cite" style="border-left:2px solid blue;margin-left:2px;padding-left:12px;"><p>vell</p></blockquote>`,
			`nou

Citando X <x@a.es>:

quoted > vell`,
		},
		{
			"Lotus Notes", `<font size=2 face="sans-serif">nou</font><br><br><font size=1 color=#5F5F5F face="sans-serif">De: &nbsp; &nbsp; &nbsp; &nbsp;</font><font size=1 face="sans-serif">X/EMPRESA</font><br><font size=1 color=#5F5F5F face="sans-serif">Para: </font><font size=1>Y</font><hr noshade><br>vell`,
			`nou

EARLIER De:        X/EMPRESA
Para: Y
----

vell`,
		},
		{
			"Spark", `<div name="messageBodySection"><div dir="auto">nou</div></div><div name="messageSignatureSection"><br>Marta</div><div name="messageReplySection">El 3 feb 2026 10:12 +0100, X &lt;x@a.es&gt;, escribió:<br><blockquote type="cite" style="border-left-color: grey; border-left-width: thin; border-left-style: solid;">vell</blockquote></div>`,
			`nou

signature Marta
attribution El 3 feb 2026 10:12 +0100, X <x@a.es>, escribió:

quoted > vell`,
		},
		{
			"Front", `<div>nou</div><div class="front-signature">Marta</div><br><blockquote type="cite" class="front-blockquote">El 3 feb, X &lt;x@a.es&gt; escribió:<br>vell</blockquote>`,
			`nou
signature Marta

quoted > El 3 feb, X <x@a.es> escribió:
quoted > vell`,
		},
		{
			"Missive", `<div>nou</div><div class="missive_signature">Marta</div><div class="missive_quote">El 3 feb, X (x@a.es) escribió:<div>vell</div></div>`,
			`nou
signature Marta
attribution El 3 feb, X (x@a.es) escribió:
quoted > vell`,
		},
		{
			"Mailspring and Superhuman", `nou<br><signature id="1">Marta</signature><div class="gmail_quote_attribution">On Feb 3 2026, X wrote:</div><blockquote class="gmail_quote" style="border-left:1px #ccc solid">vell</blockquote><div class="sh-signature">Sent via Superhuman</div>`,
			`nou
signature Marta
attribution On Feb 3 2026, X wrote:

quoted > vell

signature Sent via Superhuman`,
		},
		{
			"Zoho", `<div>nou</div><div id="Zm-_Id_-Sgn"><div>Marta</div></div><div class="zmail_extra" style="z"><div id="Zm-_Id_-Sgn1">---- El mar, 03 feb 2026 10:12:00 +0100 <b>X &lt;x@a.es&gt;</b> escribió ----</div><br><blockquote id="blockquote_zmail" style="margin: 0px;">vell</blockquote></div>`,
			`nou
signature Marta
attribution ---- El mar, 03 feb 2026 10:12:00 +0100 <b>X <x@a.es></> escribió ----

quoted > vell`,
		},
		{
			"GMX", `<div>nou</div><div name="quote" style="margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5;"><div><b>Gesendet:</b> Dienstag</div>vell</div>`,
			`nou

quoted > <b>Gesendet:</> Dienstag
quoted > vell`,
		},
		{
			"Android", `nou<br><br><div class="quote">X &lt;x@a.es&gt; escribió:<br type="attribution"><blockquote class="gmail_quote" style="border-left:1px solid">vell</blockquote></div>`,
			`nou

attribution X <x@a.es> escribió:

quoted > vell`,
		},
		{
			"OTRS and Znuny", `nou<br/><br/>03/02/2026 10:12 - X escribió:<br/><div type="cite" style="border:none;border-left:solid blue 1.5pt;padding:0cm 0cm 0cm 4.0pt">vell</div>`,
			`nou

03/02/2026 10:12 - X escribió:
quoted > vell`,
		},
		{
			"Freshdesk", `<div>nou</div><div class="freshdesk_quote"><blockquote class="freshdesk_quote">El mar, 3 feb, X &lt;x@a.es&gt; escribió: <br>vell</blockquote></div>`,
			`nou

quoted > El mar, 3 feb, X <x@a.es> escribió:
quoted > vell`,
		},
		{
			"Zammad", `<div>nou</div><div data-signature="true" data-signature-id="1">Marta</div><div>El martes, X escribió:</div><blockquote type="cite">vell</blockquote>`,
			`nou
signature Marta
El martes, X escribió:

quoted > vell`,
		},
		{
			"Odoo", `<p>nou</p><blockquote data-o-mail-quote="1">vell</blockquote>`,
			`nou

quoted > vell`,
		},
		{
			"a part set in is no quote", `<p>nou:</p><blockquote style="margin:0 0 0 40px;border:none;padding:0px"><div>i més</div></blockquote><blockquote>també</blockquote>`,
			`nou:

i més

també`,
		},
		{
			"a part set in below who wrote it is a quote", `<p>nou</p><p>El 3 de febrer a les 10:12, X &lt;x@a.es&gt; va escriure:</p><blockquote><p>vell</p></blockquote><p>El 3 de febrer, X va escriure:</p><blockquote>vell</blockquote>`,
			`nou

El 3 de febrer a les 10:12, X <x@a.es> va escriure:

quoted > vell

El 3 de febrer, X va escriure:

quoted > vell`,
		},
		{
			"a part set in below an address is no quote", `<p>Escriviu a suport2@example.cat:</p><blockquote><p>el que us surt</p></blockquote>`,
			`Escriviu a suport2@example.cat:

el que us surt`,
		},
		{
			"too much for an attribution", `<div class="gmail_quote">` + strings.Repeat("nou<br>", 10) + `<blockquote class="gmail_quote">vell</blockquote></div>`,
			strings.Repeat("nou\n", 10) + "\nquoted > vell",
		},
		{
			"an answer in a signature's place", `<div id="AppleMailSignature"><blockquote type="cite">vell</blockquote></div>`,
			`quoted > vell`,
		},
	}
}
