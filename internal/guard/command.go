package guard

import (
	"regexp"
	"strings"

	"escalat/bridge"
)

// clue is a pattern that is tried where one of its words stands. Its groups are what is
// private.
type clue struct {
	words   []string
	pattern *regexp.Regexp
	kind    bridge.Private
	behind  int // how far before the word it may begin
	ahead   int
	alone   bool // the word does not begin within another
	// judge refuses a value, if it is set.
	judge func(value string) bool
}

// clues are patterns with what finds their words.
type clues struct {
	list  []clue
	words *keywords
	of    []int // the clue of a word
}

func newClues(list []clue) *clues {
	c := &clues{list: list}
	var words []string
	for n, one := range list {
		for _, w := range one.words {
			words, c.of = append(words, w), append(c.of, n)
		}
	}
	c.words = newKeywords(words)
	return c
}

// find returns what the patterns find, each pattern once in a place.
func (c *clues) find(text string) []found {
	var all []found
	end := make([]int, len(c.list))
	c.words.each(text, func(s sighting) {
		n := c.of[s.word]
		one := &c.list[n]
		if s.at < end[n] || one.alone && s.at > 0 && isName(text[s.at-1]) && isName(text[s.at]) && text[s.at-1] != '.' {
			return
		}
		from := runeAt(text, max(end[n], s.at-one.behind))
		part := text[from:runeAt(text, s.at+one.ahead)]
		for _, m := range one.pattern.FindAllStringSubmatchIndex(part, -1) {
			for g := 2; g+1 < len(m); g += 2 {
				if m[g] >= 0 && one.takes(part[m[g]:m[g+1]]) {
					all = append(all, found{span: span{from + m[g], from + m[g+1]}, kind: one.kind})
				}
			}
			end[n] = from + m[1]
		}
	})
	return all
}

func (c *clue) takes(value string) bool {
	return value != "" && !blank(value) && (c.judge == nil || c.judge(value))
}

// What an argument of a command is: in quotes, or up to a blank.
const argument = `(?:"([^"\n\x01]{2,100})"|'([^'\n\x01]{2,100})'|([^\s"'\x01|<>]{2,100}))`

// newCommands are the arguments of commands that are passwords.
func newCommands() *clues {
	command := func(pattern string, words ...string) clue {
		return clue{words: words, pattern: regexp.MustCompile(pattern), kind: bridge.PrivatePassword, ahead: 320, judge: func(value string) bool {
			return !strings.HasPrefix(value, "-") && !talked(value)
		}}
	}
	user := `(?:[ \t=]*)["']?[^\s:"'\x01]{1,64}:([^\s"'@\x01]{1,100})`
	return newClues([]clue{
		command(`(?i)^(?:curl|wget|http|https|rclone|xh)\b[^\n\x01]{0,200}?[ \t](?:-u|--user|--proxy-user|-U|-a|--auth)`+user, "curl ", "curl\t", "wget ", "http ", "xh "),
		command(`(?i)^sshpass[ \t]+-p[ \t]*`+argument, "sshpass"),
		command(`(?i)^(?:mysql|mysqldump|mysqladmin|mysqlimport|mariadb|mariadb-dump|mysqlsh)\b[^\n\x01]{0,200}?[ \t]-p`+argument, "mysql", "mariadb"),
		command(`(?i)^(?:plink|pscp|psftp|kitty)(?:\.exe)?\b[^\n\x01]{0,200}?[ \t]-pw[ \t]+`+argument, "plink", "pscp", "psftp"),
		command(`(?i)^(?:psexec\d*|winexe|mongo|mongosh|mongodump|mongorestore|docker[ \t]+login|podman[ \t]+login|az[ \t]+login|oc[ \t]+login|helm|7z|zip|unzip|kinit|sqlcmd|osql|bcp|isql|ipmitool|smbclient|rpcclient|net[ \t]+ads)(?:\.exe)?\b[^\n\x01]{0,200}?[ \t](?:-p|-P)[ \t]*`+argument, "psexec", "winexe", "mongo", "docker login", "podman login", "az login", "oc login", "sqlcmd", "osql", "ipmitool"),
		command(`(?i)^(?:smbclient|rpcclient|net[ \t]+ads|crackmapexec|mount[ \t])[^\n\x01]{0,200}?-U[ \t]*["']?[^\s%"'\x01]{1,64}%([^\s"'\x01]{2,100})`, "smbclient", "rpcclient", "net ads"),
		command(`(?i)^(?:ldapsearch|ldapmodify|ldapadd|ldapdelete|ldapwhoami|ldappasswd)\b[^\n\x01]{0,250}?[ \t]-w[ \t]*`+argument, "ldap"),
		command(`(?i)^redis-cli\b[^\n\x01]{0,200}?[ \t]-a[ \t]+`+argument, "redis-cli"),
		command(`(?i)^net[ \t]+use\b[^\n\x01]{0,120}?\\\\[^\s\x01]+[ \t]+(?:/user:[^\s\x01]+[ \t]+([^\s/\x01][^\s\x01]{2,64})|([^\s/\x01][^\s\x01]{2,64})[ \t]+/user:)`, "net use"),
		command(`(?i)^net[ \t]+user[ \t]+[^\s/\x01]+[ \t]+([^\s/\x01]{4,64})`, "net user"),
		command(`(?i)^(?:xfreerdp|mstsc|wfreerdp|freerdp)\b[^\n\x01]{0,200}?[ \t]/p:`+argument, "freerdp", "mstsc"),
		command(`(?i)^htpasswd\b[ \t]+-\w*b\w*[ \t]+\S+[ \t]+\S+[ \t]+`+argument, "htpasswd"),
		command(`(?i)^-pass(?:in|out)[ \t]+["']?pass:([^\s"'\x01]{2,100})`, "-passin", "-passout"),
		command(`(?i)^echo[ \t]+["']?(?:[\w.-]+:)?([^\s"'|:\x01]{4,100})["']?[ \t]*\|[ \t]*(?:sudo[ \t]+-\w*S|(?:sudo[ \t]+)?chpasswd|(?:sudo[ \t]+)?passwd[ \t]+--stdin|docker login|kinit)`, "echo "),
		command(`(?i)^ConvertTo-SecureString[ \t]+(?:-String[ \t]+)?`+argument, "convertto-securestring"),
		command(`(?i)^(?:identified[ \t]+(?:with[ \t]+\S+[ \t]+)?by|set[ \t]+password[ \t]*=)[ \t]*(?:values[ \t]+)?(?:"([^"\n\x01]{2,100})"|'([^'\n\x01]{2,100})'|([^\s"'\x60.;,\x01]{4,40}\d[^\s"'\x60.;,\x01]{0,40}))`, "identified", "set password"),
		command(`(?i)^password[ \t]*\([ \t]*(?:"([^"\n\x01]{2,100})"|'([^'\n\x01]{2,100})')`, "password("),
		command(`(?i)^(?:password|secret|key)[ \t]+[05-9][ \t]+([^\s"'\x01]{4,100})`, "password ", "secret ", "key "),
		command(`(?i)^snmp(?:-server|v[123]c?)?[ \t]+(?:host[ \t]+\S+[ \t]+)?community(?:[ \t]+string)?[ \t]*[:= ][ \t]*([^\s"'\x01]{4,64})`, "snmp"),
		command(`(?i)^(?:sqlplus|rman|expdp|impdp|exp|imp|sqlldr)\b[^\n\x01]{0,80}?[ \t](?:-\w[ \t]+)?["']?[\w$#-]{1,40}/(?:"([^"\n\x01]{2,60})"|([^\s@"'/\x01]{2,60}))(?:@|[ \t\r\n]|$)`, "sqlplus", "rman ", "expdp", "impdp", "sqlldr"),
		command(`(?i)^u(?:ser|suari|suario)?[ \t]*[:=][ \t]*[^\s\x01]{1,64}[ \t,;/|-]{1,4}[ \t]*(?:p|c|k|pw)[ \t]*[:=][ \t]*([^\s\x01,;]{3,64})`, "u:", "u=", "u :", "user:", "user=", "usuari:", "usuario:"),
		{
			words:   []string{"credenc", "credent", "accés", "acceso ", "acceso:", "accesos", "access:", "login:", "login ", "usuari", "usuario"},
			pattern: regexp.MustCompile(`(?i)^(?:credencials?|credenciales|credentials?|acc[eé]s|accesos?|access|login|usuari|usuario)\b[^\n:=\x01]{0,60}[:=]?[ \t\r\n]*[ \t*_"'{(\[]{1,4}[\w.@\\-]{2,64}[*_"'}]{0,2}[ \t]*[/|:][ \t]*[*_"'{]{0,2}([^\s"'|{}\x01]{4,64}[^\s"'|{}\x01.,;:)\]*_])`),
			kind:    bridge.PrivatePassword, ahead: 220, judge: func(value string) bool { return surely(value) },
		},
	})
}

// passwordsOfCommands finds the passwords that stand in commands, and those of accounts beside their
// names.
func (d *finder) passwordsOfCommands(text string) []found { return d.commands.find(text) }
