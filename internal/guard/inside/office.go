package inside

import (
	"archive/zip"
	"io"
	"path"
	"strings"

	"escalat/bridge"
)

// openXML walks a document of Office since 2007: each part has its own path.
func (w *walker) openXML(p place, z *zip.Reader) {
	var shared *phrases
	taken := -1
	for i, f := range z.File {
		if f.Name == "xl/sharedStrings.xml" {
			shared, taken = &phrases{}, i
			w.zipped(p, f, func(p place, r io.Reader) { shared.read(w, p, r) })
			break
		}
	}
	for i, f := range z.File {
		if i != taken {
			w.zipped(p, f, func(p place, r io.Reader) { w.part(p, f.Name, r, shared) })
		}
	}
	if shared != nil {
		shared.rest(w)
	}
}

// part walks a part of a document.
func (w *walker) part(p place, name string, r io.Reader, shared *phrases) {
	switch ext := strings.ToLower(path.Ext(name)); {
	case strings.HasPrefix(name, "xl/worksheets/") && ext == ".xml":
		w.sheet(p, r, shared)
	case ext == ".xml", ext == ".rels", ext == ".vml":
		w.xml(p, r)
	case ext == ".odttf", ext == ".ttf", ext == ".fntdata",
		strings.Contains(name, "printerSettings"), strings.Contains(strings.ToLower(name), "thumbnail"):
		// Letters, a printer, and a small picture of what is read here anyway.
	default:
		w.file(p, r)
	}
}

// openDocument walks a document of LibreOffice.
func (w *walker) openDocument(p place, z *zip.Reader) {
	before := w.opaque
	for _, f := range z.File {
		if f.Name == "META-INF/manifest.xml" {
			w.zipped(p, f, w.xml)
		}
	}
	if w.opaque == bridge.OpaqueEncrypted && before != w.opaque {
		return // all the rest is noise
	}
	for _, f := range z.File {
		switch f.Name {
		case "mimetype", "META-INF/manifest.xml", "layout-cache":
		default:
			w.zipped(p, f, func(p place, r io.Reader) { w.part(p, f.Name, r, nil) })
		}
	}
}
