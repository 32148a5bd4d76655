package app

import (
	"time"

	"escalat/bridge/message"
	"escalat/bridge/post"
	"escalat/bridge/receive"
	"escalat/bridge/receive/authentic"
	"escalat/bridge/send"
	"escalat/bridge/text"
	"escalat/internal/clamd"
	"escalat/internal/config"
)

// limits bound what is read of one mail.
func limits(cfg config.Config) message.Limits { return message.Limits{Bytes: int64(cfg.IMAP.MaxSize)} }

// newReceiver makes the stage that understands mails. Without dns no signature is
// verified here.
func newReceiver(cfg config.Config, on switchedOn, t text.Texts, dns authentic.Resolver) (*receive.Receiver, error) {
	return receive.New(receive.Config{
		Own: string(cfg.Mail.From.Address), Providers: on.receive, Keys: cfg.General.TokenKeys.Ring(),
		Limits: limits(cfg), Texts: t, Zone: cfg.General.Timezone.Location(), Marker: send.Marker, Team: cfg.General.Team.Markup(),
		Colleagues: colleagues(cfg), Resolver: dns, Now: time.Now, Lifetime: cfg.General.TokenLifetime,
		Blocked: texts(cfg.Mail.Blocked), Scanned: cfg.Mail.Clamd != "",
		Shadow: cfg.General.Mode == config.Shadow, Projects: projects(cfg.Jira.Projects),
		Flood: receive.Flood{Case: int(cfg.Mail.PerCase), Sender: int(cfg.Mail.PerSender), All: int(cfg.Mail.Hourly)},
	})
}

// newScanner makes what files of mails are scanned by, nil where they are not.
func newScanner(cfg config.Config) (post.Scanner, error) {
	if cfg.Mail.Clamd == "" {
		return nil, nil //nolint:nilnil // without it files are not scanned
	}
	return clamd.New(string(cfg.Mail.Clamd))
}
