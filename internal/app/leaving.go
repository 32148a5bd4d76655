package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"time"

	"escalat/bridge"
	"escalat/bridge/send"
	"escalat/bridge/sentence"
	"escalat/internal/config"
	"escalat/internal/guard"
	"escalat/internal/translate"
)

// newGuard finds what is private in what would leave. What it names things by depends on
// the key that signs our mails: what a person allowed is asked for anew once that is
// another one.
func newGuard(cfg config.Config) (*guard.Guard, error) {
	treat := map[bridge.Private]guard.Treatment{}
	for kind, treatment := range cfg.Guard.Treat {
		treat[kind] = guard.Treatment(treatment)
	}
	key := cfg.General.TokenKeys.Ring().Derive("guard")
	if key == nil { // of a preview: nothing is kept that has such a name
		key = []byte(rand.Text())
	}
	g, err := guard.New(guard.Config{Key: key, Treat: treat})
	if err != nil {
		return nil, fmt.Errorf("what must not leave: %w", err)
	}
	return g, nil
}

// translator translates for the providers.
type translator interface {
	send.Translator
	Close() error
}

// translation is a translator as the send stage sees it: what fails is logged, and never
// what was to be translated.
type translation struct {
	translator

	remote bool
	log    *slog.Logger
}

// Remote reports whether the texts leave this machine.
func (t translation) Remote() bool { return t.remote }

// Translate translates.
func (t translation) Translate(ctx context.Context, from, to string, sentences []sentence.Sentence) ([]sentence.Sentence, error) {
	out, err := t.translator.Translate(ctx, from, to, sentences)
	if err != nil {
		t.log.WarnContext(ctx, "a text was not translated", "err", err, "sentences", len(sentences))
	}
	return out, err
}

// OpenTranslator is what translates by that configuration, or nil where nobody does. The
// caller ends it.
func OpenTranslator(ctx context.Context, cfg config.Translate) (t send.Translator, end func(), err error) {
	made, err := newTranslator(ctx, cfg, time.Now, slog.New(slog.DiscardHandler))
	if err != nil || made == nil {
		return nil, func() {}, err
	}
	return made, func() { _ = made.Close() }, nil
}

// newTranslator makes what is configured; nil: nobody translates.
func newTranslator(ctx context.Context, cfg config.Translate, now func() time.Time, log *slog.Logger) (*translation, error) {
	if cfg.With == config.TranslateAuto {
		if err := translate.Installed(""); err != nil {
			log.InfoContext(ctx, "nobody translates what the team writes", "reason", err.Error())
			return nil, nil //nolint:nilnil // nothing is installed
		}
	}
	var made translator
	var err error
	switch cfg.With {
	case config.TranslateNone:
		return nil, nil //nolint:nilnil // that is a choice
	case config.LibreTranslate:
		made, err = translate.NewLibre(translate.LibreConfig{
			URL: string(cfg.URL), Key: cfg.Key.Reveal(), Timeout: cfg.Timeout, RootCAs: cfg.CAs.Pool(), Now: now,
		})
	case config.DeepL:
		made, err = translate.NewDeepL(translate.DeepLConfig{
			URL: string(cfg.URL), Key: cfg.Key.Reveal(), Timeout: cfg.Timeout, RootCAs: cfg.CAs.Pool(), Now: now,
		})
	default:
		made = translate.NewApertium(translate.ApertiumConfig{Parallel: int(cfg.Parallel), Timeout: cfg.Timeout, Now: now})
	}
	if err != nil {
		return nil, fmt.Errorf("translator: %w", err)
	}
	return &translation{made, cfg.With.Remote(), log}, nil
}

// translates gives the composer its translator, if there is one.
func translates(composer *send.Composer, t *translation) {
	if t != nil {
		composer.Translator = t
	}
}
