package sentence

import "strings"

// commands begin a command line when what follows them looks like its arguments.
var commands = set(`ping ping6 traceroute tracert tracepath pathping mtr telnet ssh scp sftp rsync curl wget nslookup dig host
	nmap netstat ss nc ncat ip ifconfig ipconfig route arp nbtstat tcpdump tshark iperf iperf3 snmpwalk snmpget ethtool
	systemctl service journalctl dmesg tail grep cat ls df du ps kill chmod chown mount umount
	kubectl helm docker podman git java python python3 npm psql mysql pg_dump redis-cli mongo openssl certbot keytool
	apt apt-get yum dnf rpm dpkg show display sudo crontab whois sqlplus tnsping lsnrctl`)

// subcommands are words that only mean a command behind another word of one.
var subcommands = set(`status start stop restart reload enable disable show get set describe delete apply exec run logs pods
	nodes route routes addr address link neigh interface interfaces brief version running-config startup-config arp mac
	address-table vlan bgp ospf summary detail log logging pull push clone fetch checkout log diff install update upgrade
	remove list compose up down ps rollout deployment service namespace s_client x509 req dump flush all
	nginx apache2 httpd tomcat postgresql mysql mariadb docker sshd haproxy bind9 named keepalived postfix dovecot squid redis`)

// maxArguments bounds the words of a command line.
const maxArguments = 20

// commandEnd returns where the command line ends that begins at i, or 0. A command
// without arguments is a word.
func commandEnd(s string, i int) int {
	name, rest := nextWord(s, i)
	if !commands[s[name.start:name.end]] {
		return 0
	}
	end, flagged := 0, false
	for range maxArguments {
		var word extent
		if word, rest = nextWord(s, rest); word.start == word.end {
			break
		}
		text := s[word.start:word.end]
		_, core, behind := edges(text)
		isFlag := len(text) > 1 && text[0] == '-' && text != "--"
		if core == "" || !isFlag && !subcommands[core] && !commands[core] && !technical(core) {
			break
		}
		flagged = flagged || isFlag || !commands[core]
		end = word.end - len(behind)
		if behind != "" {
			break
		}
	}
	if !flagged {
		return 0
	}
	return end
}

// nextWord returns the word at or behind i on the same line, and where to go on.
func nextWord(s string, i int) (word extent, rest int) {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	n := strings.IndexAny(s[i:min(len(s), i+maxArgument)], " \t\n")
	if n < 0 {
		n = min(len(s), i+maxArgument) - i
	}
	return extent{i, i + n}, i + n
}

// maxArgument bounds a word of a command line, in bytes.
const maxArgument = 500
