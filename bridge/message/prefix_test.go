package message_test

import (
	"testing"

	"escalat/bridge/message"
)

func TestCutPrefix(t *testing.T) {
	t.Parallel()
	for subject, want := range map[string]struct {
		prefix message.Prefix
		rest   string
	}{
		"":                        {message.NoPrefix, ""},
		"caído":                   {message.NoPrefix, "caído"},
		"Re: caído":               {message.Answers, "caído"},
		"RE :caído":               {message.Answers, "caído"},
		"RE[2]: Re: caído":        {message.Answers, "Re: caído"},
		"AW: caído":               {message.Answers, "caído"},
		"SV: caído":               {message.Answers, "caído"},
		"\u200eRE\u00a0: caído":   {message.Answers, "caído"},
		"WG: Automatic reply: x":  {message.PassesOn, "Automatic reply: x"},
		"TR : caído":              {message.PassesOn, "caído"},
		"Rv: caído":               {message.PassesOn, "caído"},
		"Reenviado: caído":        {message.PassesOn, "caído"},
		"FWD: ":                   {message.PassesOn, ""},
		"[AOC SUP-42] Re: caído":  {message.NoPrefix, "[AOC SUP-42] Re: caído"},
		"Red: caído":              {message.NoPrefix, "Red: caído"},
		"Respuesta: caído":        {message.NoPrefix, "Respuesta: caído"},
		"2: caído":                {message.NoPrefix, "2: caído"},
		"Re":                      {message.NoPrefix, "Re"},
		"Re caído, otra vez: ya ": {message.NoPrefix, "Re caído, otra vez: ya "},
	} {
		if prefix, rest := message.CutPrefix(subject); prefix != want.prefix || rest != want.rest {
			t.Errorf("%q: %d, %q", subject, prefix, rest)
		}
	}
}
