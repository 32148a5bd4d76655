package wiki

// Kind says what a Node is.
type Kind int

// The kinds of blocks.
const (
	Document     Kind = iota // holds blocks
	Paragraph                // holds inline nodes; Break where the line ends
	Heading                  // holds inline nodes; Level 1 to 6
	Quote                    // bq. or {quote}: holds blocks
	Panel                    // {panel}, {expand}: holds blocks; Title
	List                     // holds Items; Ordered
	Item                     // holds a Paragraph and then blocks: deeper lists
	Table                    // holds Rows
	Row                      // holds Cells
	Cell                     // holds blocks; Header
	Code                     // a block shown as it is: Text
	Preformatted             // {noformat}: a block shown as it is: Text
	Rule                     // a horizontal line
)

// The kinds of inline nodes.
const (
	Text        Kind = iota + 100 // Text, without escapes
	Break                         // the end of a line, or two backslashes
	Strong                        // the marks * _ ?? - + ^ ~ {{}}: hold inline nodes
	Emphasis                      //
	Citation                      //
	Deleted                       //
	Inserted                      //
	Superscript                   //
	Subscript                     //
	Monospace                     //
	Color                         // holds inline nodes; Target is the colour
	Link                          // holds inline nodes, those that show; Target is where it goes
	Mention                       // Target is who: a name, or accountid:…
	Image                         // Target is the file's name or the address
	File                          // [^name]: Target is the name
	Emoticon                      // Text is what stands there: (!) :)
	Tag                           // shows nothing: an anchor, half of a colour that spans blocks
)

// Node is a part of a parsed text. Children stand in the order of the source,
// without overlapping, inside their parent's inner part.
type Node struct {
	Kind Kind
	// Start and End are where the node stands in Tree.Source, in bytes: with its
	// marks and tags, without the line break behind it. A Paragraph, Heading or Row
	// begins at its first character that is no blank, a List at its first mark.
	Start, End int
	// InnerStart and InnerEnd are where what it holds stands: between the marks,
	// behind "h1. ", behind the bullet. Of a node that holds nothing they are
	// where its text is.
	InnerStart, InnerEnd int

	Text    string // what a node without children shows
	Target  string // of Link, Mention, Image and File; the name of a colour
	Title   string // of Panel and Code
	Level   int    // of Heading; of Item: how deep, from 1
	Ordered bool   // of List
	Header  bool   // of Cell

	Children []Node
}

// Tree is a parsed text.
type Tree struct {
	// Source is the text in which the nodes' places count: valid UTF-8, with \n as
	// the only line break, without control characters, at most one mebibyte.
	Source string
	Root   Node // of kind Document
}
