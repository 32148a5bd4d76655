package network

import "strings"

// set makes a set of the words of a text.
func set(words string) map[string]bool {
	s := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		s[w] = true
	}
	return s
}

var (
	// versionWords stand before a version, which may look like an address.
	versionWords = set("v ver versio versió version versión versions release rev build kernel php java jdk jre tomcat apache nginx mysql mariadb " +
		"postgresql python node openssl firmware firefox chrome edge oid seccio secció apartat sección apartado section")

	// topLevels are the ends of names: what people here see, every country, and
	// those of private networks. What ends the names of files is none.
	topLevels = set("com org net info edu gov int mil biz name cat eus gal eu barcelona madrid online cloud app dev tech site web store shop arpa " +
		"local internal intra intranet lan corp home localdomain localhost private priv loc dmz domain test example invalid onion " +
		"ad ae af ag ai al am ao aq ar at au aw az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cd cf cg ch ci ck cl cm cn co cr cu cv cy cz " +
		"de dj dk dm do dz ec ee eg er es et fi fj fm fo fr ga gb gd ge gg gh gi gl gm gn gp gq gr gt gu gy hk hn hr ht hu id ie il im in io iq ir is it " +
		"je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc me mg mh mk ml mm mn mo mp mq mr mt mu mv mw mx my mz " +
		"na ne nf ng ni nl no np nu nz om pa pe pg pk pr pt pw qa re ro ru rw sa sb sc sd se sg si sk sm sn sr ss st sv sx sy sz tc td tf tg th tj tk " +
		"tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw")

	// fileEnds are countries that end the names of files as well: they count for
	// names of three parts.
	fileEnds = set("cc md pl ps py rs sh so")

	// serverWords are what servers are called by, before their number.
	serverWords = set("srv svr srvr server servidor web www app apps api db bd bbdd sql mysql pgsql pg ora oracle mongo redis mail correu correo smtp imap mx dns ns ntp ldap ad dc dhcp " +
		"vm esx esxi hyperv host hst node nas san fs file ftp sftp fw firewall lb balancer proxy haproxy nginx apache tomcat vpn rtr router switch gw gateway core " +
		"pre pro prod prd pprd preprod dev des desenv int integ tst test qa uat bck backup bkp mon nagios zabbix k8s kube docker worker master slave replica rep front frontend back backend " +
		"jenkins git gitlab jira elastic kafka rabbit mq cache print prn ts rds citrix ctx xen svc bastion jump pc portatil laptop")
	// hosts begin the name of a server that has no number.
	hosts = set("srv svr srvr vm esx")

	// notServers are words that have a number and are no servers.
	notServers = set("ipv http https h tls tlsv ssl sslv utf base sha md log log4j oauth x covid ms gb mb kb tb ghz mhz l n p q r c s nivell nivel level fase phase pas paso step punt punto capa layer " +
		"rhel debian ubuntu win windows office excel php java jdk python centos vlan eth bond ens eno enp lo wlan tun tap vmnet ttl rfc iso cve port puerto error codi codigo code http- " +
		"nr num numero planta pis piso sala zona edifici edificio linia linea line mar abr gen ene feb jun jul ago set sep oct nov des dic dies dias day hora hores horas min seg " +
		"cas caso case test- prova prueba intent intento try inc req chg tick ticket tasca issue ext tel tlf mòbil fig figura foto img image captura pantalla screenshot file- pdf xml mp usb ps " +
		"angular vue react spring jboss junit html css es ecma ie sp kb utf- iso- sha- md- aes rsa rc des- x509 h264 log4net i18n l10n k8s a11y base64 pm am op opcio opcion option grup grupo group iphone ipad android " +
		"covid- tls- win- windows- rhel- python- php- java- iso-8859- iso_8859- iso8859- iso8859 latin cp windows-125 iso-8859-1 icmp tcp udp ip snmpv nfsv smbv wpa any year usuari usuario user users")
)
