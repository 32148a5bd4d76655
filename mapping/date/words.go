package date

import (
	"strings"
	"time"
)

// phrase is a run of words that means something.
type phrase[V any] struct {
	words []string
	value V
}

// set makes a set of the words of a text.
func set(words string) map[string]bool {
	s := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		s[w] = true
	}
	return s
}

// numbered maps the words of texts to the texts' numbers.
func numbered(first int, texts ...string) map[string]int {
	m := map[string]int{}
	for n, text := range texts {
		for w := range strings.FieldsSeq(text) {
			m[w] = first + n
		}
	}
	return m
}

// phrases indexes phrases, several to a text between bars, by their first word.
func phrases[V any](texts map[string]V) map[string][]phrase[V] {
	index := map[string][]phrase[V]{}
	for text, value := range texts {
		for p := range strings.SplitSeq(text, "|") {
			words := strings.Fields(p)
			index[words[0]] = append(index[words[0]], phrase[V]{words, value})
		}
	}
	return index
}

func contains(marks, text string) bool { return text != "" && strings.Contains(marks, text) }

var (
	months = numbered(1,
		"gener gen enero ene january jan", "febrer febr feb febrero february", "marc mar marzo march", "abril abr april apr",
		"maig mayo may", "juny jun junio june", "juliol jul julio july", "agost ag ago agosto august aug",
		"setembre set sep sept septiembre setiembre september", "octubre oct october", "novembre nov noviembre november", "desembre des dic diciembre december dec")
	// wordMonths are months that are also other words.
	wordMonths = set("may mar set des ag gen")

	weekdays = numbered(int(time.Sunday),
		"diumenge domingo sunday", "dilluns lunes monday", "dimarts martes tuesday", "dimecres miercoles wednesday",
		"dijous jueves thursday", "divendres viernes friday", "dissabte sabado saturday")
	// shortWeekdays count only before a date.
	shortWeekdays = numbered(int(time.Sunday),
		"dg diu dom sun", "dl dll lun mon", "dt dim mar tue tues", "dc dmc mie mier wed",
		"dj dij jue thu thur thurs", "dv div vie fri", "ds dis sab sat")

	numerals = numbered(0, "zero cero",
		"un una u uno one", "dos dues two", "tres three", "quatre cuatro four", "cinc cinco five", "sis seis six", "set siete seven",
		"vuit huit ocho eight", "nou nueve nine", "deu diez ten", "onze once eleven", "dotze doce twelve", "tretze trece thirteen",
		"catorze catorce fourteen", "quinze quince fifteen", "setze dieciseis sixteen", "disset desset diset diecisiete seventeen",
		"divuit dihuit devuit dieciocho eighteen", "dinou denou diecinueve nineteen", "vint veinte twenty",
		"veintiuna veintiuno veintiun", "veintidos", "veintitres", "veinticuatro", "veinticinco", "veintiseis", "veintisiete", "veintiocho", "veintinueve")
	tens = map[string]int{
		"vint": 20, "twenty": 20, "trenta": 30, "treinta": 30, "thirty": 30,
		"quaranta": 40, "cuarenta": 40, "forty": 40, "cinquanta": 50, "cincuenta": 50, "fifty": 50,
	}

	hourWords   = set("h hs hr hrs hora hores horas hour hours")
	minuteWords = set("m min mins minut minuts minuto minutos minute minutes")
	dayWords    = set("dia dias dies day")
	ordinals    = set("st nd rd th º ª er r n t e")
	passed      = set("passat passada pasado pasada proppassat ultim ultimo last past previous")
	// often stand before a weekday that is not one day.
	often = set("cada els los every todos tots all")

	// roughly say that a time is not exact; some of them are no such thing before
	// another word than a time.
	roughly = set("sobre cap hacia eso voltant alrededor around about circa approx approximately aprox aproximadament aproximadamente aproximat ~ ca entre between")
	// leads may stand before the article of an hour.
	leads = set("des de desde sobre cap a al hacia eso voltant alrededor entre at since from between around about circa aprox aproximadament aproximadamente approx approximately partir d ja abans fins ~ @")
	// english need no article.
	english  = set("at since from between around about @")
	articles = set("les las la l")
	// between a day and its time, and between a time and its day.
	toClock = set("a al les las la l el at on hora time inici inicio start de d del des desde since from i y and per por en partir ja hora/es exacta aproximada , ; ( ) [ ] - | / : . @ * _ ~")
	toDay   = set("de d del el l la on of the dia data fecha date en a i y and mateix mismo passat pasado , ; ( ) [ ] - | / : . * _")
	clauses = set(". ! ? ;")

	// mine are words in s that may follow an hour; another one is what is counted.
	mine = set("els les los las es ens nos us os tots todos totes todas nosaltres nosotros hores horas hrs hs hours pas mes mas menys menos users usuaris usuarios despres des minuts minutos minutes varis varios is was has its this sus aquests " +
		"dilluns dimarts dimecres dijous divendres lunes martes miercoles jueves viernes")
	// units are what is measured, not told by the clock.
	units = set("mb gb kb tb mbps gbps kbps ms km kg eur euro euros percent seg segons segundos seconds dies dias days vegades veces times % € $ £")

	partWords = map[string]Part{
		"matinada": Dawn, "madrugada": Dawn, "mati": Morning, "manana": Morning, "morning": Morning,
		"migdia": Noon, "mediodia": Noon, "midday": Noon, "noon": Noon,
		"tarda": Afternoon, "tarde": Afternoon, "vesprada": Afternoon, "afternoon": Afternoon,
		"vespre": Evening, "evening": Evening, "nit": Night, "noche": Night, "night": Night,
	}
	partLeads = set("a al de del la l el por per en in the at d")

	clockWords = phrases(map[string]int{
		"migdia|mig dia|mediodia|medio dia|noon|midday":              12,
		"mitjanit|mitja nit|medianoche|media noche|midnight|mijanit": 24,
	})

	relativeDays = phrases(map[string]relative{
		"avui|hui|hoy|today":  {},
		"ahir|ayer|yesterday": {days: -1},
		"abans d ahir|abans ahir|abansdahir|anteayer|antes de ayer|antesdeayer|antier|despus ahir|despusahir|the day before yesterday|l altre ahir|altre ahir": {days: -2},
		"dema|tomorrow":                         {days: 1},
		"dema passat|passat dema|pasado manana": {days: 2},
		"anit|anoche|last night|la nit passada|nit passada|la noche pasada|la pasada noche": {days: -1, part: Night},
		"anteanoche|antes de anoche|abans d anit":                                           {days: -2, part: Night},
		"aquest mati|este manana|esta manana|this morning":                                  {part: Morning},
		"aquest migdia|este mediodia|este medio dia":                                        {part: Noon},
		"aquesta tarda|esta tarde|aquesta vesprada|this afternoon":                          {part: Afternoon},
		"aquest vespre|this evening":                                                        {part: Evening},
		"aquesta nit|esta noche|tonight|this night":                                         {part: Night, this: true},
		"aquesta matinada|esta madrugada":                                                   {part: Dawn},
	})

	nowWords = phrases(map[string]bool{
		"ara mateix|ahora mismo|just ara|ara just|justo ahora|ahora justo|ahorita|just now|right now|en aquest moment|en este momento": true,
		"ara|ahora|now": false,
	})
)

// relative is a day counted from that of writing.
type relative struct {
	days int
	part Part
	this bool // the night that is going on, or the last one
}

var (
	ofWords        = set("de d del")
	commaMark      = set(",")
	colonMark      = set(":")
	partsOfManana  = set("la esta este pasado por")
	dayMonthWords  = set("de d del of - . /")
	yearWords      = set("de d del any ano l el ' , - / of")
	versions       = set("v ver versio version versions release rev build ip kernel php java jdk jre tomcat apache nginx mysql mariadb postgresql python node openssl")
	daySpans       = set("i y al a and to o or -")
	dayNames       = set("dia dies dias data fecha")
	announcers     = set("el dia dies dias del data fecha date des desde since on the avui hoy today ahir ayer yesterday inici inicio")
	weekdayFillers = set(", . dia el ( 's")
)

var (
	untilWords    = set("a to until hasta fins")
	andWords      = set("i y and")
	hyphenMark    = set("-")
	dotMark       = set(".")
	horaWord      = set("hora")
	spans         = set("a i y and to - fins hasta until o or")
	fractions     = set(". ,")
	brackets      = set("( ) , [ ]")
	quarterWords  = set("quart cuarto")
	halfWords     = set("mitja mija mig media half")
	bitWords      = set("pico escaig poc")
	quarterStarts = set("quarts un dos tres mig half quarter")
	meridiems     = set("am pm")
	meridiemParts = map[string]Part{"am": am, "pm": pm}
	roughlyBehind = set("aprox aproximadament aproximadamente aproximat approx approximately circa")
	places        = set("madrid barcelona catalunya cataluna espana espanya espanyola peninsular catalana local oficial")
	// startWords stand before the time at which something begins.
	startWords = set("hora hores inici inicio start started time detectat detectada detectado data fecha comenca empieza")
	// lasting makes of an hour with its unit a duration.
	lasting     = set("mes menys menos mas more less durant durante temps")
	secondWords = set("s seg segon segons segundo segundos second seconds sec")
	weekWords   = set("setmana setmanes semana semanas week weeks")
	monthWords  = set("mes mesos meses month months")
	agoLeads    = set("fa hace porta porten porto portem lleva llevan llevo llevamos")
	spanWords   = set("fa hace porta porten porto portem lleva llevan llevo llevamos dura duren durar durava durat duro durado durada duracion durant durante duration lasted lasts")
	timeWord    = set("time")
	agoFillers  = set("caigut caiguda caiguts caigudes caido caida caidos caidas parat parada parado aturat aturada sense sin servei servicio funcionar unes uns unes unos unas un aprox aproximadament aproximadamente com cosa de d casi gairebe quasi mes menys mas menos ja ya prop cerca .")

	fixedSpans = phrases(map[string]int{
		"mitja hora|mija hora|media hora|half an hour|half hour":                             30,
		"un quart d hora|un cuarto de hora|quart d hora|cuarto de hora|a quarter of an hour": 15,
		"tres quarts d hora|tres cuartos de hora":                                            45,
		"hora i mitja|hora y media|an hour and a half":                                       90,
		"an hour": 60,
	})
	pairWords      = phrases(map[string]bool{"un parell de|un parell d|un parell|un par de|un par|a couple of|a couple": true})
	roughlyPhrases = phrases(map[string]bool{"mes o menys|mas o menos|more or less|o aixi|o asi|i escaig|y pico|i pico": true})
)
