package inside

import (
	"bytes"
	"compress/zlib"
	"encoding/ascii85"
	"encoding/binary"
	"io"
	"unicode/utf16"

	"escalat/bridge"
)

// pdfFilters are so many that one stream may go through.
const pdfFilters = 4

// decode unpacks a stream. Of one that is broken it is what came out.
func (f *pdfFile) decode(d pdfDict, raw []byte) []byte {
	filters, ok := f.get(d["Filter"]).([]any)
	if !ok && d["Filter"] != nil {
		filters = []any{d["Filter"]}
	}
	if len(filters) > pdfFilters {
		f.w.say(bridge.OpaqueTooLarge)
		return nil
	}
	f.w.left -= 256 // nothing is unpacked for nothing
	if len(filters) == 0 {
		f.w.left -= int64(len(raw)) // nor read again and again
	}
	for _, filter := range filters {
		switch name, _ := f.get(filter).(pdfName); name {
		case "FlateDecode", "Fl":
			z, err := zlib.NewReader(bytes.NewReader(raw))
			if err != nil {
				f.w.note(err)
				return nil
			}
			raw = f.all(z)
		case "ASCII85Decode", "A85":
			raw, _, _ = bytes.Cut(raw, []byte("~>"))
			raw = f.all(ascii85.NewDecoder(bytes.NewReader(raw)))
		case "ASCIIHexDecode", "AHx":
			raw, _, _ = bytes.Cut(raw, []byte(">"))
			raw = unhex(raw)
		case "DCTDecode", "JPXDecode", "CCITTFaxDecode", "JBIG2Decode", "DCT", "CCF":
			f.w.say(bridge.OpaqueImage)
			return nil
		default:
			f.w.say(bridge.OpaqueUnknown)
			return nil
		}
	}
	return raw
}

// all reads what comes out of a filter. Its end is often missing, and nobody misses it.
func (f *pdfFile) all(r io.Reader) []byte {
	raw, err := io.ReadAll(io.LimitReader(unpacked{f.w, r}, f.w.lim.Held+1))
	switch {
	case int64(len(raw)) > f.w.lim.Held:
		f.w.note(errBound)
		return nil
	case err != nil && (len(raw) == 0 || f.w.left <= 0):
		if f.w.left <= 0 {
			err = errBound
		}
		f.w.note(err)
	}
	return raw
}

// bigUnits is a text in UTF-16, big endian.
func bigUnits(raw []byte) string {
	all := make([]uint16, len(raw)/2)
	for i := range all {
		all[i] = binary.BigEndian.Uint16(raw[2*i:])
	}
	return string(utf8Of([]byte(string(utf16.Decode(all)))))
}
