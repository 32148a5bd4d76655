package network

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// told writes findings for tables: ip 192.0.2.1, bad network 192.0.2.0/40.
func told(found []Finding) string {
	var parts []string
	for _, f := range found {
		s := map[Kind]string{IP: "ip", Network: "network", Host: "host", Endpoint: "endpoint", URL: "url"}[f.Kind] + " " + f.Text
		if f.Bad {
			s = "bad " + s
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, ", ")
}

func TestFind(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		// Addresses.
		{"192.0.2.1", "ip 192.0.2.1"},
		{"L’origen és 192.0.2.1, el destí 198.51.100.7.", "ip 192.0.2.1, ip 198.51.100.7"},
		{"{{192.0.2.1}} *192.0.2.2* _192.0.2.3_ (192.0.2.4) \"192.0.2.5\"", "ip 192.0.2.1, ip 192.0.2.2, ip 192.0.2.3, ip 192.0.2.4, ip 192.0.2.5"},
		{"|192.0.2.1|192.0.2.2|", "ip 192.0.2.1, ip 192.0.2.2"},
		{"IP:192.0.2.1", "ip 192.0.2.1"},
		{"Destí:srv-web01:8080 IP:2001:db8::1", "endpoint srv-web01:8080, ip 2001:db8::1"},
		{"ip=192.0.2.1;192.0.2.2", "ip 192.0.2.1, ip 192.0.2.2"},
		{"192.0.2.1-192.0.2.9", "ip 192.0.2.1, ip 192.0.2.9"},
		{"192.0.2.1-9", "ip 192.0.2.1"},
		{"192.0.2.1/192.0.2.2", "network 192.0.2.1/192.0.2.2 bad"},
		{"192.168.001.010", "ip 192.168.001.010"},
		{"192.0.2.1:", "ip 192.0.2.1"},
		{"192.0.2.1/tcp", "ip 192.0.2.1/tcp"},
		{"2001:db8::1", "ip 2001:db8::1"},
		{"2001:DB8:0:0:0:0:0:1 no respon", "ip 2001:DB8:0:0:0:0:0:1"},
		{"[2001:db8::1]", "ip [2001:db8::1]"},
		{"fe80::1%eth0", "ip fe80::1%eth0"},
		{"fe80::", "ip fe80::"},
		{"::1 i ::ffff:192.0.2.1", "ip ::1, ip ::ffff:192.0.2.1"},
		{"2001:db8::1: no respon", "ip 2001:db8::1"},
		// Networks.
		{"192.0.2.0/24", "network 192.0.2.0/24"},
		{"0.0.0.0/0", "network 0.0.0.0/0"},
		{"192.0.2.0/255.255.255.0", "network 192.0.2.0/255.255.255.0"},
		{"2001:db8::/32", "network 2001:db8::/32"},
		{"192.0.2.x i 192.0.2.*", "network 192.0.2.x, network 192.0.2.*"},
		{"192.168.x.x i 10.0.x", "network 192.168.x.x, network 10.0.x"},
		// Ports.
		{"192.0.2.1:8080", "endpoint 192.0.2.1:8080"},
		{"[2001:db8::1]:443", "endpoint [2001:db8::1]:443"},
		{"www.example.org:443/tcp", "endpoint www.example.org:443/tcp"},
		{"srv-web01:8080", "endpoint srv-web01:8080"},
		{"localhost:8080", "endpoint localhost:8080"},
		// Names.
		{"www.example.org", "host www.example.org"},
		{"El portal seu.example.cat no obre.", "host seu.example.cat"},
		{"*.example.org", "host example.org"},
		{"www.example.pl, no example.pl", "host www.example.pl"},
		{"web01.intranet.local i bd.corp", "host web01.intranet.local, host bd.corp"},
		{"srv_web01.example.org", "host srv_web01.example.org"},
		{"correu.exàmple.cat", "host correu.exàmple.cat"},
		{"WWW.EXAMPLE.ORG", "host WWW.EXAMPLE.ORG"},
		{"des de srv-web01 cap a PRE-APP02", "host srv-web01, host PRE-APP02"},
		{"web01/web02", "host web01, host web02"},
		{"els nodes bd1, bd2 i SRV-CORREU", "host bd1, host bd2, host SRV-CORREU"},
		{"l’srv-web", "host srv-web"},
		{"APP-PRE-01 SRV-01 aocweb03 vm-portal2", "host APP-PRE-01, host SRV-01, host aocweb03, host vm-portal2"},
		{`\\srv-file01\dades`, "host srv-file01"},
		{"des del PC01 i el portatil7", "host PC01, host portatil7"},
		{"localhost", "host localhost"},
		{"portal", "host portal"},
		{"*hercules*", "host hercules"},
		{"SEU-E", "host SEU-E"},
		// URLs.
		{"https://www.example.org/a?b=c#d", "url https://www.example.org/a?b=c#d"},
		{"[el portal|https://www.example.org/]", "url https://www.example.org/"},
		{"(https://www.example.org/a_(b)).", "url https://www.example.org/a_(b))"},
		{"mireu https://www.example.org, gràcies", "url https://www.example.org"},
		{"http://[2001:db8::1]:8080/x", "url http://[2001:db8::1]:8080/x"},
		{"jdbc:postgresql://bd01:5432/dades", "url jdbc:postgresql://bd01:5432/dades"},
		{"www.example.org/cita-previa", "url www.example.org/cita-previa"},
		{"http://192.0.2.1 i http://192.0.2.2", "url http://192.0.2.1, url http://192.0.2.2"},
		{"url=https://www.example.org", "url https://www.example.org"},
		// What cannot be.
		{"10.0.0.300", "bad ip 10.0.0.300"},
		{"10.0.0", "bad ip 10.0.0"},
		{"192.168.1 no respon", "bad ip 192.168.1"},
		{"1.2.3.4.5", "bad ip 1.2.3.4.5"},
		{"192.0..1", "bad ip 192.0..1"},
		{"192.0.2.l", "bad ip 192.0.2.l"},
		{"1O.0.0.1", "bad ip 1O.0.0.1"},
		{"10.0.0,1", "bad ip 10.0.0"},
		{"192.0.2.1000", "bad ip 192.0.2.1000"},
		{"10.0.0.0/40", "bad network 10.0.0.0/40"},
		{"10.0.0/24", "bad network 10.0.0/24"},
		{"192.0.2.0/255.0.255.0", "bad network 192.0.2.0/255.0.255.0"},
		{"300.0.2.0/24", "bad network 300.0.2.0/24"},
		{"2001:db8::g1", "bad ip 2001:db8::g1"},
		{"fe80::1::2", "bad ip fe80::1::2"},
		{"2001:db8:0:1", "bad ip 2001:db8:0:1"},
		{"2001:db8::/129", "bad network 2001:db8::/129"},
		{"2001:db8::12345", "bad ip 2001:db8::12345"},
		{"192.0.2.1:99999", "bad endpoint 192.0.2.1:99999"},
		{"192.0.2.1:0", "bad endpoint 192.0.2.1:0"},
		{"www.example.org:99999", "bad endpoint www.example.org:99999"},
		{"[2001:db8::1]:99999", "bad endpoint [2001:db8::1]:99999"},
		{"10.0.0.300:80", "bad endpoint 10.0.0.300:80"},
		{"www..example.org", "bad host www..example.org"},
		{"-www-.example.org", "bad host www-.example.org"},
		{"srv$web.example.org", "bad host srv$web.example.org"},
		{strings.Repeat("a", 64) + ".example.org", "bad host " + strings.Repeat("a", 64) + ".example.org"},
		{"http://10.0.0.300/", "bad url http://10.0.0.300/"},
		{"http://www.example.org:99999/", "bad url http://www.example.org:99999/"},
		{"http://[2001:db8::g1]/", "bad url http://[2001:db8::g1]/"},
	} {
		want := tt.want
		if text, ok := strings.CutSuffix(want, " bad"); ok {
			want = "bad " + text
		}
		if got := told(Find(tt.text)); got != want {
			t.Errorf("%q: %q, want %q", tt.text, got, want)
		}
	}
}

func TestFindNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", " ", "?", "-", "...", "::", "el servidor de correu", "El servidor de correu no respon.", "NO FUNCIONA RES", "no va la VPN ni el DNS",
		"versió 1.2.3", "1.2.3", "v1.2.3", "Tomcat 9.0.22", "Java 1.8.0.202", "version 10.0.0.1", "Windows 10.0.19041.1", "la 10.4.26 va bé", "22.11.2026", "10.11.26",
		"22/11/2026 9:30", "9:30:12", "2026-11-22T09:30:00+01:00", "a les 9.30 h", "12,50 €", "3.14 aprox", "1.3.6.1.4.1.2021 penja",
		"00:11:22:33:44:55", "00:1a:2b:3c:4d:5e", "50:06:01:60:3b:a0:12:34", "00-11-22-33-44-55", "std::vector i Foo::Bar2x::z",
		"dump.txt i captura1.png", "main.go README.md app.py", "/var/log/web01/error", "/etc/hosts", "persona@example.org", "caigut.Es greu", "p.ex. això", "e.g. U.S. etc.",
		"IPv4 i IPv6", "TLS1 HTTP2 UTF-8 SHA256 base64", "ISO-8859-1 va", "ABC-1234 i INC123456", "eth0 i bond1 cauen", "nivell2 o Nivell2", "error:503 codi:404", "port 443",
		"24x7 i 24/7", "e-mail i on-line", "a pre-producció", "el log4j", "COVID-19 en xifres", "Windows10 i win11", "3r pis", "100%", "50/50", "i/o", "el foo-:80 ___ cau", "amb SQL2019 i exchange2016", "10..0", "1.2.3.x4", "tcp/443 obert", "si/no",
		"902-884-622 trucat", "+34 934 452 699", "file:///etc/hosts", "://", "a://", "http://",
	} {
		if found := Find(text); len(found) > 0 {
			t.Errorf("%q: %s", text, told(found))
		}
	}
}

// TestFindBound: a long text is read up to a bound, and so is what is found.
func TestFindBound(t *testing.T) {
	t.Parallel()
	for _, sep := range []string{" ", "/", ",", "-", "\n|"} {
		if found := Find(strings.Repeat("192.0.2.1"+sep, 600)); len(found) > maxFindings {
			t.Errorf("%q: %d findings", sep, len(found))
		}
	}
	if found := Find(strings.Repeat("192.0.2.1 ", 600)); len(found) != maxFindings {
		t.Errorf("%d findings, want %d", len(found), maxFindings)
	}
	if found := Find(strings.Repeat(" ", maxText) + "192.0.2.1"); len(found) != 0 {
		t.Errorf("what is beyond is read: %v", found)
	}
	if found := Find(strings.Repeat("a", maxWord) + ".example.org 192.0.2.1"); told(found) != "ip 192.0.2.1" {
		t.Errorf("a word that is too long: %s", told(found))
	}
}

func TestFindPlaces(t *testing.T) {
	t.Parallel()
	text := "è 192.0.2.1, (web01) è«https://example.org»"
	var got []string
	for _, f := range Find(text) {
		got = append(got, fmt.Sprint(f.Start, " ", text[f.Start:f.End] == f.Text))
	}
	if diff := cmp.Diff([]string{"3 true", "15 true", "26 true"}, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{
		"192.0.2.1", "2001:db8::1", "[2001:db8::1]:443", "10.0.0.0/24", "srv-web01/web02", "https://www.example.org/a(b).", "a://b|c]", "\\\\srv-file01\\x",
		"192.0.2.*", "1.2.3.4.5", "é://x", "«192.0.2.1»", "\xff://\xff", "::1-::2", "***", "10.0.0.x",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := Find(text)
		if len(found) > maxFindings {
			t.Fatalf("%d findings", len(found))
		}
		end := 0
		for _, x := range found {
			if x.Start < end || x.End > len(text) || x.Text == "" || text[x.Start:x.End] != x.Text || x.Kind < IP || x.Kind > URL {
				t.Fatalf("%q: %+v", text, x)
			}
			end = x.End
		}
	})
}
