package send

import (
	"fmt"

	"escalat/bridge"
	"escalat/bridge/send/letter"
	"escalat/bridge/text"
)

const (
	maxShownName = 120 // letters of a file's name in the text
	maxListed    = 30  // files in a list
)

// listed says which files the mail brings and which it does not. Of those that are
// no evidence the provider is told nothing.
func (m spanish) listed(files, omitted []bridge.Evidence) []letter.Block {
	if m.portal {
		return beside(omitted)
	}
	var blocks []letter.Block
	var with, without []string
	for _, f := range files {
		with = append(with, shownFile(f))
	}
	for _, f := range omitted {
		if why := left(f.Why); why != "" {
			without = append(without, shownFile(f)+": "+why)
		}
	}
	if len(with) > 0 {
		blocks = append(blocks, heading("Ficheros adjuntos:"), list(with))
	}
	if len(without) > 0 {
		blocks = append(blocks, heading("Ficheros que no van adjuntos (si los necesitan, pídannoslos):"), list(without))
	}
	return blocks
}

// beside names the files that do not stand in the text of a ticket.
func beside(omitted []bridge.Evidence) []letter.Block {
	var names []string
	for _, f := range omitted {
		if f.Why == bridge.LeftChannel {
			names = append(names, shownFile(f))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []letter.Block{heading("Ficheros que van aparte (si no los ven en el ticket, pídannoslos):"), list(names)}
}

// list is a list of files, the first of a great many.
func list(files []string) letter.Block {
	if more := len(files) - maxListed; more > 0 {
		files = append(files[:maxListed:maxListed], fmt.Sprintf("y %d más", more))
	}
	return letter.Block{Kind: letter.List, Items: files}
}

// left says why a file is not there; nothing for what does not concern the desk.
func left(why bridge.LeftOut) string {
	switch why {
	case bridge.LeftForeign, bridge.LeftImage:
		return ""
	case bridge.LeftPrivate:
		return "no se adjunta: puede contener datos confidenciales"
	case bridge.LeftClosed:
		return "no se adjunta: no hemos podido revisar su contenido"
	case bridge.LeftTooLarge:
		return "demasiado grande para un correo"
	case bridge.LeftRefused:
		return "rechazado por el servidor de correo"
	case bridge.LeftNoRoom:
		return "no cabía en este correo"
	case bridge.LeftType:
		return "los servidores de correo rechazan este tipo de fichero"
	}
	return "no se ha podido adjuntar"
}

// shownFile is a file's name with its size.
func shownFile(f bridge.Evidence) string {
	name := cut(oneLine(f.Name), maxShownName)
	if f.Size <= 0 {
		return name
	}
	return name + " (" + text.Size(f.Size, ",") + ")"
}
