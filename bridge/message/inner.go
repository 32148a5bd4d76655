package message

import "bytes"

// maxInner is what is read of a report or of a mail inside the mail, in bytes.
const maxInner = 64 << 10

// maxGroups bounds the blocks of fields of a report: one is of the mail, the others
// are of one recipient each.
const maxGroups = 100

// innerKind says how the beginning of a type is read.
type innerKind int

const (
	notInner    innerKind = iota
	fieldBlocks           // of a report
	oneHeader
)

func kindOf(media string) innerKind {
	switch media {
	case "message/delivery-status", "message/global-delivery-status", "message/disposition-notification",
		"message/global-disposition-notification", "message/feedback-report":
		return fieldBlocks
	case "message/rfc822", "message/global", "message/news", "text/rfc822-headers", "text/rfc822-header", "message/rfc822-headers",
		"message/global-headers":
		return oneHeader
	}
	return notInner
}

// beginning keeps the first bytes that are written to it.
type beginning struct{ kept []byte }

// Write implements io.Writer.
func (b *beginning) Write(p []byte) (int, error) {
	room := maxInner - len(b.kept)
	b.kept = append(b.kept, p[:min(len(p), room)]...)
	return len(p), nil
}

// inner reads what a leaf says of another mail. What is wrong with it is no defect of
// the mail that carries it.
func (b *beginning) inner(index int, media string, lim Limits) Inner {
	raw := b.kept
	if len(raw) == maxInner { // the last line may not be whole
		raw = raw[:bytes.LastIndexByte(raw, '\n')+1]
	}
	in := Inner{Index: index, Type: media}
	p := newParser(bytes.NewReader(raw), &walk{lim: lim})
	for left := lim.Fields; len(in.Groups) < maxGroups && left > 0; {
		block := p.header(len(in.Groups) == 0)
		if fields := block.fields[:min(len(block.fields), left)]; len(fields) > 0 {
			in.Groups = append(in.Groups, fields)
			left -= len(fields)
		}
		if !block.ended || kindOf(media) == oneHeader {
			break
		}
	}
	return in
}
