package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"time"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/send"
	"escalat/bridge/text"
	"escalat/internal/alarm"
	"escalat/internal/config"
	"escalat/internal/imap"
	"escalat/internal/oauth"
	"escalat/internal/smtp"
)

// mailer gives the send stage the submission server. In mode redirect it hands
// nothing over that is addressed to anybody else, whoever composed it when.
type mailer struct {
	client *smtp.Client // nil: nothing is transmitted
	only   string
}

// sizeWithin bounds the question how large a mail may be.
const sizeWithin = 10 * time.Second

func newMailer(cfg config.Config, tokens *oauth.Source) (mailer, error) {
	if cfg.General.Mode == config.Shadow && cfg.SMTP.Addr == "" {
		return mailer{}, nil
	}
	to := smtp.Config{
		Addr: string(cfg.SMTP.Addr), TLS: smtp.Mode(cfg.SMTP.TLS), Username: cfg.SMTP.Username, Password: cfg.SMTP.Password.Reveal(),
		Auth: oauth.Auth(cfg.SMTP.Auth), RootCAs: cfg.SMTP.CAs.Pool(), LocalName: cfg.Mail.Address.Domain(),
	}
	if tokens != nil {
		to.Tokens = tokens
	}
	c, err := smtp.New(to)
	m := mailer{client: c}
	if cfg.General.Mode == config.Redirect {
		m.only = string(cfg.General.RedirectTo)
	}
	return m, err
}

// Send transmits the stored bytes.
func (m mailer) Send(ctx context.Context, b bridge.TransmitBody, open func() (io.ReadCloser, error)) (bridge.TransmitResult, error) {
	if m.only != "" && !slices.Equal(b.To, []string{m.only}) {
		return bridge.TransmitResult{}, bridge.Permanent(errors.New("mode redirect: the mail is addressed to somebody else"))
	}
	r, err := m.client.Send(ctx, smtp.Envelope{From: b.From, To: b.To, Copy: b.Copy, Size: b.Size, ID: b.MessageID}, open)
	return bridge.TransmitResult{At: r.At, Answer: r.Answer, QueueID: r.QueueID, CopyRefused: r.CopyRefused}, err
}

// room is how many bytes a mail may have, as the server says; 0 while it does not.
// That it cannot be asked holds nothing up: transmitting will tell.
func (m mailer) room(ctx context.Context) int64 {
	if m.client == nil {
		return 0
	}
	return room(ctx, m.client.Limit)
}

func room(ctx context.Context, limit func(context.Context) (int64, error)) int64 {
	ctx, cancel := context.WithTimeout(ctx, sizeWithin)
	defer cancel()
	n, err := limit(ctx)
	if err != nil {
		return 0
	}
	return n
}

func (m mailer) close() {
	if m.client != nil {
		m.client.Close()
	}
}

// newTokens makes the source of access tokens for the mail servers, nil where these
// take passwords.
func newTokens(cfg config.OAuth) (*oauth.Source, error) {
	if !cfg.On() {
		return nil, nil //nolint:nilnil // without it there are passwords
	}
	return oauth.New(oauth.Config{
		TokenURL: string(cfg.TokenURL), ClientID: cfg.ClientID, ClientSecret: cfg.ClientSecret.Reveal(),
		RefreshToken: cfg.RefreshToken.Reveal(), Scope: cfg.Scope, RootCAs: cfg.CAs.Pool(),
	})
}

// newMailbox makes the reader of our mailbox. wanted
// says by its header whether a mail in a folder that is only searched is ours; nil:
// every one.
func newMailbox(cfg config.Config, tokens *oauth.Source, wanted func(header []byte) bool, log *slog.Logger) (*imap.Reader, error) {
	from := imap.Config{
		Addr: string(cfg.IMAP.Addr), TLS: imap.Mode(cfg.IMAP.TLS), Username: cfg.IMAP.Username, Password: cfg.IMAP.Password.Reveal(),
		Auth: oauth.Auth(cfg.IMAP.Auth), RootCAs: cfg.IMAP.CAs.Pool(), Folders: cfg.IMAP.Folders, PollInterval: cfg.IMAP.PollInterval,
		Elsewhere: cfg.IMAP.Search.All(), Search: cfg.IMAP.Search.Names(), Wanted: wanted, CompareInterval: cfg.IMAP.Compare,
		Sent:    cfg.General.Mode == config.Shadow, // what people write by hand is compared
		MaxSize: int64(cfg.IMAP.MaxSize), KeepSize: int64(cfg.IMAP.KeepSize), Logger: log,
	}
	if tokens != nil {
		from.Tokens = tokens
	}
	return imap.New(from)
}

// newTelling is what sending tells the team by.
func newTelling(cfg config.Config, on switchedOn, texts text.Texts) send.Telling {
	t := send.Telling{
		Providers: on.send, Texts: texts, Zone: cfg.General.Timezone.Location(), Team: cfg.General.Team.Markup(),
		Shadow: cfg.General.Mode == config.Shadow,
	}
	if cfg.General.Mode == config.Redirect {
		t.Redirect = string(cfg.General.RedirectTo)
	}
	return t
}

// newComposer composes the mails that the configuration wants.
func newComposer(cfg config.Config, t send.Telling, issues send.Issues, files send.Files, blobs send.Blobs, now func() time.Time) *send.Composer {
	return &send.Composer{
		Telling: t, Issues: issues, Files: files, Blobs: blobs, Keys: cfg.General.TokenKeys.Ring(), Now: now,
		From: message.Address{Name: cfg.Mail.From.Name, Address: string(cfg.Mail.From.Address)},
		Copy: string(cfg.Mail.Address), Domain: cfg.Mail.Address.Domain(), MaxFiles: int64(cfg.Mail.Attachments),
		Within: context.WithTimeout, Patience: cfg.Translate.Timeout,
	}
}

// newTeller tells who is on call, by the submission server and by a webhook; where nobody
// is it says so. These are our own people: in mode redirect they are told as well.
func newTeller(cfg config.Config, m mailer, now func() time.Time) *alarm.Teller {
	on := cfg.OnCall
	from := string(cfg.Mail.From.Address)
	return alarm.New(alarm.Config{
		To: texts(on.To), From: message.Address{Name: cfg.Mail.From.Name, Address: from}, Domain: cfg.Mail.Address.Domain(),
		Webhook: on.Webhook.Reveal(), Secret: on.Secret.Reveal(), Now: now,
		Mail: func(ctx context.Context, to string, raw []byte) error {
			if m.client == nil {
				return bridge.Permanent(errors.New("no submission server is configured"))
			}
			open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil }
			_, err := m.client.Send(ctx, smtp.Envelope{From: from, To: []string{to}, Size: int64(len(raw))}, open)
			return err
		},
	})
}
