package letter

// The looks. Mail programs know no other place for them than the element itself,
// and some of them do not hand down what stands around a table. Where a colour is
// set its ground is as well: in a dark window either both are turned or none.
const (
	fontStyle = "font-family:'Segoe UI',-apple-system,Roboto,Helvetica,Arial,sans-serif;font-size:14px;line-height:1.45"
	monoStyle = "font-family:Consolas,Menlo,'DejaVu Sans Mono','Courier New',monospace;font-size:12px;line-height:1.35"
	softStyle = "color:#44546f;background:#f1f2f4"
	pageStyle = "max-width:720px;word-wrap:break-word;overflow-wrap:break-word;" + fontStyle
	markStyle = "margin:0 0 16px 0;padding:4px 8px;font-size:12px;" + softStyle
	boxStyle  = "border:1px solid #b38600;border-top:6px solid #b38600;padding:12px;font-weight:bold;font-size:16px;" +
		"color:#172b4d;background:#fff7d6"
	headStyle  = "margin:24px 0 8px 0;font-size:16px;line-height:1.3"
	paraStyle  = "margin:0 0 12px 0"
	apartStyle = "margin:0 0 8px 0"
	listStyle  = "margin:0 0 12px 0;padding:0 0 0 24px"
	ruleStyle  = "margin:24px 0 8px 0;border:0;border-top:1px solid #b3b9c4"
	footStyle  = "margin:0;padding:4px 8px;font-size:12px;" + softStyle
	cellBorder = "border:1px solid #c1c7d0;"
	labelStyle = cellBorder + "text-align:left;vertical-align:top;color:#172b4d;background:#f1f2f4"
	valueStyle = cellBorder + "word-break:break-word;text-align:left;vertical-align:top;padding:6px 8px"
	aloneStyle = "margin:0"
	preStyle   = "margin:0 0 8px 0;padding:8px;white-space:pre-wrap;color:#172b4d;background:#f1f2f4;" + monoStyle
)

// innerListStyle is that of a list within another one, which needs no room below.
const innerListStyle = "margin:0;padding:0 0 0 24px"

// markupStyle returns the look of what a person wrote, by its tag.
func markupStyle(tag string) string {
	switch tag {
	case "p":
		return "margin:0 0 8px 0"
	case "h1", "h2", "h3", "h4", "h5", "h6": // below our own
		return "margin:12px 0 6px 0;font-size:14px"
	case "ul", "ol":
		return "margin:0 0 8px 0;padding:0 0 0 24px"
	case "blockquote":
		return "margin:0 0 8px 0;padding:0 0 0 12px;border-left:3px solid #c1c7d0"
	case "div":
		return "margin:0 0 8px 0;padding:8px 12px 0 12px;border:1px solid #c1c7d0"
	case "table":
		return "margin:0 0 8px 0;border-collapse:collapse;" + fontStyle
	case "th":
		return labelStyle + ";font-weight:bold;padding:6px 8px"
	case "td":
		return valueStyle
	case "pre":
		return preStyle
	case "code":
		return "font-family:Consolas,Menlo,'DejaVu Sans Mono','Courier New',monospace;font-size:13px"
	case "hr":
		return "margin:12px 0;border:0;border-top:1px solid #c1c7d0"
	}
	return ""
}
