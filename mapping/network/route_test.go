package network

import (
	"strings"
	"testing"
)

// routes are what the tools print, by the tool that is said to print it.
func routes() map[string]map[string]string {
	return map[string]map[string]string{
		"mtr": {
			"report": `Start: 2026-11-22T09:35:00+0100
HOST: srv-mon01                   Loss%   Snt   Last   Avg  Best  Wrst StDev
  1.|-- gw.example.org             0.0%    10    0.4   0.5   0.3   0.9   0.2
  2.|-- 198.51.100.9               0.0%    10    1.2   1.4   1.1   2.0   0.3
  3.|-- ???                       100.0    10    0.0   0.0   0.0   0.0   0.0
  4.|-- 203.0.113.7               20.0%    10    9.8  10.1   9.6  11.4   0.6`,
			"report of an old version": `HOST: srv-mon01                Loss%   Snt   Last   Avg  Best  Wrst StDev
  1. 192.0.2.1                    0.0%    10    0.4   0.5   0.3   0.9   0.2
  2. ???                         100.0    10    0.0   0.0   0.0   0.0   0.0`,
			"wide": `HOST: srv-mon01.example.org                  Loss%   Snt   Last   Avg  Best  Wrst StDev
  1. AS64500  gw.example.org (192.0.2.1)          0.0%    10    0.4   0.5   0.3   0.9   0.2
  2. AS64501  core.example.net (198.51.100.1)     0.0%    10    1.4   1.5   1.3   1.9   0.2`,
			"one hop":             "  1.|-- 192.0.2.1  0.0%  10  0.4  0.5  0.3  0.9  0.2",
			"one hop of a screen": " 2. 198.51.100.9          0.0%    25    1.2   1.4   1.1   2.0   0.3",
			"collapsed blanks":    "HOST: srv Loss% Snt Last Avg Best Wrst StDev\n1.|-- 192.0.2.1 0.0% 10 0.4 0.5 0.3 0.9 0.2",
			"no answers at all":   "  1.|-- ???  100.0    10    0.0   0.0   0.0   0.0   0.0",
			"screen": `                             My traceroute  [v0.95]
srv-mon01 (192.0.2.10) -> www.example.org (203.0.113.7)        2026-11-22T09:35:00+0100
Keys:  Help   Display mode   Restart statistics   Order of fields   quit
                                       Packets               Pings
 Host                                Loss%   Snt   Last   Avg  Best  Wrst StDev
 1. gw.example.org                    0.0%    12    0.4   0.5   0.3   0.9   0.2
 2. (waiting for reply)`,
			"csv": `Mtr_Version,Start_Time,Status,Host,Hop,Ip,Loss%,Snt, ,Last,Avg,Best,Wrst,StDev,
MTR.0.95,1795336500,OK,www.example.org,1,192.0.2.1,0.00,10,0,0.42,0.51,0.31,0.93,0.20`,
			"csv without its headline": "MTR.0.93,1795336500,OK,www.example.org,1,???,100.00,10,0,0.00,0.00,0.00,0.00,0.00",
			"json": `{"report": {"mtr": {"src": "srv-mon01", "dst": "www.example.org", "tests": 10}, "hubs": [
  {"count": 1, "host": "192.0.2.1", "Loss%": 0.0, "Snt": 10, "Last": 0.4, "Avg": 0.5, "Best": 0.3, "Wrst": 0.9, "StDev": 0.2}]}}`,
			"xml": "<MTR SRC=\"srv-mon01\" DST=\"www.example.org\" TESTS=\"10\">\n  <HUB COUNT=\"1\" HOST=\"192.0.2.1\">",
			"WinMTR": `|------------------------------------------------------------------------------------------|
|                                      WinMTR statistics                                   |
|                       Host              -   %  | Sent | Recv | Best | Avrg | Wrst | Last |
|------------------------------------------------|------|------|------|------|------|------|
|                               192.0.2.1 -    0 |   25 |   25 |    0 |    0 |    2 |    0 |
|                   No response from host -  100 |    5 |    0 |    0 |    0 |    0 |    0 |`,
			"WinMTR without bars": "Host - % Sent Recv Best Avrg Wrst Last\n192.0.2.1 - 0 25 25 0 0 2 0",
			"a row of WinMTR":     "|   core.example.net -    4 |   25 |   24 |    8 |    9 |   12 |    9 |",
		},
		"tracepath": {
			"whole": ` 1?: [LOCALHOST]                      pmtu 1500
 1:  _gateway                                              0.345ms
 1:  _gateway                                              0.312ms
 2:  198.51.100.9                                          1.204ms asymm  3
 3:  no reply
     Too many hops: pmtu 1500
     Resume: pmtu 1500`,
			"first line":    " 1?: [LOCALHOST]     pmtu 1500",
			"collapsed":     "1?: [LOCALHOST] pmtu 1500",
			"one hop":       " 2:  core.example.net (198.51.100.1)   1.204ms",
			"hop in IPv6":   " 1:  2001:db8:0:1::1        0.541ms",
			"nobody":        " 4:  no reply",
			"end":           "     Resume: pmtu 1500 hops 5 back 5",
			"reached":       " 5:  www.example.org     9.812ms reached",
			"with a quote":  "> 1:  192.0.2.1    0.345ms",
			"Windows lines": " 1?: [LOCALHOST]  pmtu 1500\r\n 1:  192.0.2.1  0.3ms\r\n",
		},
		"traceroute": {
			"Linux": `traceroute to www.example.org (203.0.113.7), 30 hops max, 60 byte packets
 1  gw.example.org (192.0.2.1)  0.345 ms  0.312 ms  0.298 ms
 2  * * *
 3  203.0.113.7 (203.0.113.7)  9.812 ms !H  9.790 ms !H *`,
			"Linux in numbers": " 1  192.0.2.1  0.345 ms  0.312 ms  0.298 ms",
			"BSD": `traceroute to www.example.org (203.0.113.7), 64 hops max, 40 byte packets
 1  gw (192.0.2.1)  0.345 ms  0.312 ms  0.298 ms`,
			"IPv6":           "traceroute6 to www.example.org (2001:db8::7) from 2001:db8::1, 64 hops max, 12 byte packets\n 1  2001:db8::1  0.5 ms",
			"hop in IPv6":    " 1  2001:db8::1 (2001:db8::1)  0.541 ms  0.522 ms  0.510 ms",
			"systems":        " 4  core.example.net (198.51.100.1) [AS64501]  8.1 ms  8.0 ms  8.2 ms",
			"late answers":   " 2  * gw.example.org (192.0.2.1)  0.345 ms *",
			"nobody":         " 1  * * *\n 2  * * *\n 3  * * *",
			"router":         "  1 192.0.2.1 4 msec 4 msec 0 msec",
			"collapsed":      "1 gw.example.org (192.0.2.1) 0.345 ms 0.312 ms 0.298 ms",
			"comma of Spain": " 1  192.0.2.1  0,345 ms  0,312 ms  0,298 ms",
			"tracert": `Tracing route to www.example.org [203.0.113.7]
over a maximum of 30 hops:

  1    <1 ms    <1 ms    <1 ms  192.0.2.1
  2     1 ms     1 ms     1 ms  core.example.net [198.51.100.1]
  3     *        *        *     Request timed out.

Trace complete.`,
			"tracert in Spanish": `Traza a la dirección www.example.org [203.0.113.7]
sobre un máximo de 30 saltos:

  1     1 ms    <1 ms    <1 ms  192.0.2.1
  2     *        *        *     Tiempo de espera agotado para esta solicitud.

Traza completa.`,
			"tracert to a number in Spanish": "Traza a 203.0.113.7 sobre caminos de 30 saltos como máximo.",
			"tracert in Catalan": `S'està fent el seguiment de la ruta a www.example.org [203.0.113.7]
amb un màxim de 30 salts:

  1    <1 ms    <1 ms    <1 ms  192.0.2.1`,
			"a hop of tracert":       "  1    <1 ms    <1 ms    <1 ms  192.0.2.1",
			"a named hop of tracert": "  2     1 ms     *        1 ms  core.example.net [198.51.100.1]",
			"timed out":              "  3     *        *        *     Request timed out.",
			"timed out in Spanish":   "  3     *        *        *     Tiempo de espera agotado para esta solicitud.",
			"timed out in Catalan":   "  3     *        *        *     S’ha esgotat el temps d’espera de la sol·licitud.",
			"PathPing": `Tracing route to www.example.org [203.0.113.7]
over a maximum of 30 hops:
  0  pc01.example.org [192.0.2.44]
  1  192.0.2.1
Computing statistics for 25 seconds...
            Source to Here   This Node/Link
Hop  RTT    Lost/Sent = Pct  Lost/Sent = Pct  Address
  0                                           pc01.example.org [192.0.2.44]
                                0/ 100 =  0%   |
  1    0ms     0/ 100 =  0%     0/ 100 =  0%  192.0.2.1`,
			"a hop of PathPing": "  1    0ms     0/ 100 =  0%     0/ 100 =  0%  192.0.2.1",
			"PowerShell":        "ComputerName           : www.example.org\nTraceRoute             : 192.0.2.1\n                         198.51.100.1",
		},
	}
}

func TestLooksLike(t *testing.T) {
	t.Parallel()
	for tool, texts := range routes() {
		for name, text := range texts {
			for _, around := range []string{"%", "Ho he provat des del nostre monitor:\n%\nNo arriba.", "{noformat}\n%\n{noformat}"} {
				whole := strings.Replace(around, "%", text, 1)
				if !LooksLike(whole, tool) {
					t.Errorf("%s, %s: not seen in\n%s", tool, name, whole)
				}
				if !LooksLike(whole) || !LooksLike(whole, "mtr", "tracepath", "traceroute") {
					t.Errorf("%s, %s: not seen as one of all", tool, name)
				}
			}
			for _, other := range []string{"mtr", "tracepath", "traceroute", "ping"} {
				if other != tool && LooksLike(text, other) {
					t.Errorf("%s, %s: seen as %s", tool, name, other)
				}
			}
		}
	}
}

func TestLooksLikeNot(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing":      "",
		"prose":        "el traceroute falla",
		"more prose":   "Hem fet un MTR i un tracepath a 203.0.113.7 i es perden paquets al tercer salt.",
		"Spanish":      "El MTR muestra un 20 % de pérdida. Traza a adjuntar.",
		"English":      "Tracing route to nowhere, the mtr shows loss",
		"a trace":      "Traza a la dirección completa",
		"Loss":         "Loss of 20%, average 10 ms",
		"a list":       "1. El servidor 192.0.2.1 no respon\n2. El ping triga 300 ms",
		"another list": "1 servidor respon en 300 ms\n2 servidors no responen",
		"labels":       "1: servidor lent, 300 ms",
		"bullets":      "* * important\n* *negreta*",
		"stars":        "* * *",
		"a command":    "traceroute www.example.org\nmtr -rw -c 10 203.0.113.7\ntracepath 203.0.113.7",
		"ping": `PING www.example.org (203.0.113.7) 56(84) bytes of data.
64 bytes from 203.0.113.7: icmp_seq=1 ttl=57 time=12.3 ms
64 bytes from 203.0.113.7: icmp_seq=2 ttl=57 time=12.1 ms
--- www.example.org ping statistics ---
2 packets transmitted, 2 received, 0% packet loss, time 1001ms
rtt min/avg/max/mdev = 12.102/12.201/12.301/0.100 ms`,
		"ping in Spanish": `Haciendo ping a www.example.org [203.0.113.7] con 32 bytes de datos:
Respuesta desde 203.0.113.7: bytes=32 tiempo=12ms TTL=57
Tiempo de espera agotado para esta solicitud.
    Paquetes: enviados = 4, recibidos = 3, perdidos = 1
    (25% perdidos),`,
		"ping in English": "Reply from 203.0.113.7: bytes=32 time=12ms TTL=57\nRequest timed out.",
		"a log":           "2026-11-22 09:30:12 GET /index 200 12 ms 192.0.2.1",
		"a table":         "|1|192.0.2.1|ok|\n|2|198.51.100.1|ko|",
		"a stack trace":   "java.lang.Error: timeout\n\tat org.example.Main(Main.java:12)",
		"addresses":       "1 192.0.2.1\n2 198.51.100.1",
		"a promise":       "pendent, us l’enviem després",
	} {
		if LooksLike(text) {
			t.Errorf("%s: seen as a route:\n%s", name, text)
		}
	}
}

func FuzzLooksLike(f *testing.F) {
	for _, texts := range routes() {
		for _, text := range texts {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		one := false
		for _, name := range []string{"mtr", "tracepath", "traceroute"} {
			one = one || LooksLike(text, name)
		}
		if one != LooksLike(text) {
			t.Fatalf("%q: one of them is %v, any of them %v", text, one, !one)
		}
		if one && !LooksLike("Prova:\n"+text) && len(text) < maxText/2 && strings.Count(text, "\n") < maxLines-2 {
			t.Fatalf("%q: not seen behind another line", text)
		}
	})
}
