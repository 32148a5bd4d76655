package demo

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"escalat/internal/sim"
)

// Mailbox is escalat's own address in the worlds of the demonstration, which OVH's robot
// writes to as well.
const Mailbox = "escalat@aoc.test"

// ByAPI is the variable, as NAME=value, with which OVH is told by its API and not by hand.
const ByAPI = "ESCALAT_OVH_CHANNEL=api"

// Environ returns the ESCALAT_* variables, as NAME=value, with which escalat
// works live in the world and judges an issue at once, beside another one that
// runs on this machine. OVH is told by hand, and could be by its API. The certificate that
// they name is written into dir, where escalat will keep its database. The key is one for
// ESCALAT_TOKEN_KEYS.
func Environ(info sim.WorldInfo, dir, key string) ([]string, error) {
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, []byte(info.CAPEM), 0o600); err != nil {
		return nil, fmt.Errorf("keep the simulators' certificate: %w", err)
	}
	user := "" // the token of a Data Center goes as Bearer
	if info.Cloud {
		user = info.JiraEmail
	}
	environ := []string{
		"ESCALAT_MODE=live",
		"ESCALAT_INSTANCE=sim",
		"ESCALAT_TOKEN_KEYS=" + key,
		"ESCALAT_DATABASE_URL=" + filepath.Join(dir, "escalat.db"),
		"ESCALAT_QUIET_TIME=0s",
		"ESCALAT_TRANSLATE_WITH=none", // the same on every machine
		"ESCALAT_HTTP_ADDR=127.0.0.1:0",
		"ESCALAT_JIRA_URL=" + info.JiraURL,
		"ESCALAT_JIRA_USER=" + user,
		"ESCALAT_JIRA_TOKEN=" + info.JiraToken,
		"ESCALAT_JIRA_PROJECTS=" + strings.Join(info.Projects, ","),
		"ESCALAT_JIRA_POLL_INTERVAL=1s",
		"ESCALAT_SMTP_ADDR=" + info.SMTPAddr,
		"ESCALAT_SMTP_USERNAME=" + info.MailAddress,
		"ESCALAT_SMTP_PASSWORD=" + info.MailPassword,
		"ESCALAT_SMTP_CA_FILE=" + ca,
		"ESCALAT_IMAP_ADDR=" + info.IMAPSAddr,
		"ESCALAT_IMAP_USERNAME=" + info.MailAddress,
		"ESCALAT_IMAP_PASSWORD=" + info.MailPassword,
		"ESCALAT_IMAP_CA_FILE=" + ca,
		"ESCALAT_MAIL_FROM=Suport AOC <" + info.MailAddress + ">",
		"ESCALAT_MAIL_AUTHSERV_ID=" + info.AuthServID,
	}
	for _, d := range info.Desks {
		name := "ESCALAT_" + strings.ToUpper(d.Name)
		_, domain, _ := strings.Cut(d.Address, "@")
		environ = append(environ, name+"_TO="+d.Address, name+"_SENDERS="+domain)
	}
	_, domain, _ := strings.Cut(info.OVH.Sender, "@")
	return append(environ,
		"ESCALAT_OVH_ACCOUNT="+info.OVH.Account,
		"ESCALAT_OVH_SENDERS="+domain,
		"ESCALAT_OVH_API_ENDPOINT="+info.OVH.URL,
		"ESCALAT_OVH_API_KEY="+info.OVH.AppKey,
		"ESCALAT_OVH_API_SECRET="+info.OVH.AppSecret,
		"ESCALAT_OVH_API_CONSUMER_KEY="+info.OVH.ConsumerKey,
		"ESCALAT_OVH_API_POLL_INTERVAL=10s",
	), nil
}
