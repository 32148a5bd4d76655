package mapping

import (
	"fmt"
	"strings"
	"testing"
)

// typical is an issue as they come: a description with most of the form, some talk
// below it, and what was missing.
func typical() Input {
	in := Input{
		Now: day(9), Labels: []string{"suport", "escalar-claranet-xarxa"}, Summary: "No s’arriba a l’arxiu des de la seu",
		Files: []File{{Name: "captura.png", At: day(1)}},
	}
	texts := []string{
		"Bon dia,\n\nHola, no s’arriba a l’arxiu des d’aquest matí.\n\n*Tipus:* Incidència\n*Aplicació afectada:* Arxiu (producció)\n*Data i hora d’inici del problema:* 22/11/2026 9.20\n" +
			"*Impacte en negoci:* 40 ajuntaments no poden arxivar\n* ni consultar\n\nh3. Proves realitzades\nping sense resposta\n" + mtrBlock +
			"\n\n||IP d’origen||IP de destí||\n|10.0.0.1|10.0.0.2, port 443|\n\n{quote}\nEl servei no respon\n{quote}\nGràcies i salutacions,\nAnna",
	}
	for i := range 8 {
		texts = append(texts, fmt.Sprintf("[~accountid:5b10:%d] ho hem mirat *un altre cop* i continua igual; veieu https://exemple.cat/panell?id=%d\n\n> Hola: encara hi som\n\nGràcies", i, i))
	}
	texts = append(texts, "Contacte: Nom Exemple, 900 000 000", "És intermitent o constant? Constant\n\nFins ara")
	for i, text := range texts {
		in.Sources = append(in.Sources, Source{Text: text, At: day(1 + i), Origin: fmt.Sprintf("comment %d", i)})
	}
	return in
}

// BenchmarkJudgeProposals is Judge where the facts speak for a form.
func BenchmarkJudgeProposals(b *testing.B) {
	p := loadEmbedded(b, "ovh")
	in := typical()
	in.Labels = []string{"escalar-ovh-assistencia"}
	hostile := Input{Now: day(9), Labels: in.Labels, Sources: sources(strings.Repeat("no fa ping no respon al ", 1<<20/24))}
	for name, in := range map[string]Input{"typical": in, "hostile": hostile} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				p.Judge(in)
			}
		})
	}
}

func BenchmarkJudge(b *testing.B) {
	p := loadClaranet(b)
	inputs := map[string]Input{"typical": typical(), "without a kind": typical()}
	unknown := inputs["without a kind"]
	unknown.Labels = nil
	inputs["without a kind"] = unknown
	for name, piece := range map[string]string{
		"labels": "Impacte: a\n", "slips": "Aplicatió afectade ", "quotes": "> Impacte: a\n> b\n>\n", "panels": "{panel:title=Impacte en negoci}a{panel}",
		"panels in panels": "{panel:title=Impacte en negoci}", "routes": "1.|-- a\n\n", "struck": "-Impacte: a- ", "dates": "Data d’inici: 22/11/2026\nHora d’inici: 9.20\n",
		"kinds": "Tipus: a\n", "prose": "una línia del registre sense res\n", "marks": "*_Impacte: a_* ", "rows": "|Impacte|a|\n", "cells": "|a", "hops": "Resultado MTR: x\n\n1 1 ms 10.0.0.1\n\n", "nodes": "*a* ",
	} {
		text := strings.Repeat(piece, 1<<20/len(piece))
		inputs["hostile "+name] = Input{Now: day(9), Labels: []string{"escalar-claranet-xarxa"}, Sources: sources(text)}
	}
	for name, in := range inputs {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				p.Judge(in)
			}
		})
	}
}
