package message_test

import (
	"fmt"
	"strings"
	"testing"

	"escalat/bridge/message"
)

func TestRecipients(t *testing.T) {
	t.Parallel()
	many := make([]string, 300)
	for i := range many {
		many[i] = fmt.Sprintf("p%d@aoc.test", i)
	}
	for header, want := range map[string]string{
		"To: Soporte <css@CLARANET.test>, b@x.test\r\nCc: c@x.test\r\nBcc: d@x.test": "css@claranet.test b@x.test c@x.test d@x.test",
		"From: a@x.test\r\nReply-To: b@x.test":                                       "",
		"To: undisclosed-recipients:;":                                               "",
		"To: " + strings.Join(many, ",\r\n "):                                        strings.Join(many[:100], " "),
	} {
		m, err := message.Read(strings.NewReader(header+"\r\n\r\nx"), message.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range m.Recipients() {
			got = append(got, a.Address)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%.60q: %q", header, got)
		}
	}
}
