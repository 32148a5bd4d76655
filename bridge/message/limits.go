package message

// Limits bounds what is read of one mail. A zero field means its default.
type Limits struct {
	Bytes     int64 // of the raw mail; default 64 MiB
	Header    int   // bytes of one header block; default 256 KiB
	Fields    int   // of one header block; default 2,000
	Addresses int   // of one field; default 100
	IDs       int   // of all References, and of all In-Reply-To; default 100
	Parts     int   // leaf parts; default 500
	Entities  int   // leaf parts and multiparts; default 1,000
	Depth     int   // multiparts inside each other; default 20
	Text      int   // bytes of one text part, as it is shown; default 1 MiB
	Inner     int   // reports and mails inside the mail; default 20
}

func (l Limits) withDefaults() Limits {
	l.Bytes = orDefault(l.Bytes, 64<<20)
	l.Header = orDefault(l.Header, 256<<10)
	l.Fields = orDefault(l.Fields, 2000)
	l.Addresses = orDefault(l.Addresses, 100)
	l.IDs = orDefault(l.IDs, 100)
	l.Parts = orDefault(l.Parts, 500)
	l.Entities = orDefault(l.Entities, 1000)
	l.Depth = orDefault(l.Depth, 20)
	l.Text = orDefault(l.Text, 1<<20)
	l.Inner = orDefault(l.Inner, 20)
	return l
}

func orDefault[N int | int64](n, d N) N {
	if n <= 0 {
		return d
	}
	return n
}

// Defects that others decide on. The rest of them are only told.
const (
	// Unreadable: there is not one header field.
	Unreadable = "no header field"
	// Oversized: the mail is longer than Limits.Bytes; the rest was not read.
	Oversized = "mail too long"
	// HeaderCut: the header is longer than Limits.Header or Limits.Fields; fields are
	// missing.
	HeaderCut = "header too long"
	// TextCut: Text is only the beginning.
	TextCut = "text too long"
	// PartsCut: there are more parts than Limits.Parts or Limits.Entities.
	PartsCut = "too many parts"
	// SignedContent: the text lies inside a signature that could not be opened.
	SignedContent = "signed content"
)

const (
	defectLine       = "header line is not a field"
	defectSeparator  = "header does not end in an empty line"
	defectEmpty      = "empty lines above the header"
	defectReturns    = "lines end in a carriage return"
	defectNested     = "parts nested too deeply"
	defectBoundary   = "multipart without boundary"
	defectEnd        = "end boundary missing"
	defectType       = "unreadable content type"
	defectEncoding   = "unknown transfer encoding"
	defectUnencoded  = "text is not in its transfer encoding"
	defectBase64     = "broken base64"
	defectQuoted     = "broken quoted-printable"
	defectUU         = "broken uuencode"
	defectCharset    = "unknown charset"
	defectUTF8       = "text is not in its charset"
	defectFrom       = "From is not an address list"
	defectAddresses  = "too many addresses"
	defectDate       = "Date is unreadable"
	defectCompressed = "compressed content"
	defectInner      = "too many reports"
)
