package classify

import "regexp"

// The words stand as fold gives them.

// saysAway begins the subjects that only say that somebody is away.
var saysAway = regexp.MustCompile(`^(?:` +
	`(?:estoy |estare |me encuentro )?fuera de (?:la |mi )?oficina|(?:estoy |estare )?ausente|ausencia(?: (?:de la oficina|temporal|por)|$| ?:)|(?:estoy )?de vacaciones|vacaciones(?:$| ?[:-])|` +
	`(?:soc |sere |estic )?fora (?:de l'|d')oficina|(?:estic )?absent(?: (?:de l'oficina|fins|del)|$| ?:)|absencia(?: (?:de l'oficina|temporal|per)|$| ?:)|(?:estic |soc )?de vacances|vacances(?:$| ?[:-])|` +
	`out[ -]of[ -](?:the )?office|(?:i am )?absent from the office|(?:i am |i'm )?on (?:annual leave|vacation|holidays?)|vacation(?:$|:| reply| message)|away from (?:the office|my)|` +
	`(?:message )?d'absence|absence du bureau|absent du bureau|abwesenheits?|nicht im (?:buro|hause)|fuori (?:ufficio|sede)|assen(?:te|za dall'ufficio)|ausencia do escritorio|fora do escritorio` +
	`)`)

// saysAutomatic begins the subjects of mailboxes that answer by themselves, of people who
// are away and of desks.
var saysAutomatic = regexp.MustCompile(`^(?:` +
	`(?:respuesta|contestacion) automatica ?(?::|$)|mensaje automatico(?: de ausencia)? ?(?::|$)|auto ?respuesta ?:|` +
	`(?:resposta|contestacio) automatica ?(?::|$)|missatge automatic(?: d'absencia)? ?(?::|$)|autoresposta ?:|` +
	`auto(?:matic)?[ -]?(?:reply|response)(?: from .{1,60})? ?(?::|$)|autoreply|auto: |` +
	`reponse automatique ?:|automatische antwort ?:|automatisch antwoord ?:|risposta automatica ?:|risposta non al computer|autosvar ?:|automati(?:skt? )svar ?:` +
	`)`)

// Lead-ins of a sentence, behind which it says something.
const now = `(?:hola[,.]? )?(?:actualmente,? |actualment,? |ahora mismo,? |ara mateix,? |en este momento,? |en estos momentos,? |en aquest moment,? |en aquests moments,? |temporalmente,? |temporalment,? |currently,? |derzeit |attualmente,? |` +
	`le (?:informo|comunico) (?:de )?que |os (?:informo|comunico) (?:de )?que |us (?:informo|comunico) que |please note that |(?:hoy|avui|today),? |` +
	`(?:del|des del|desde el|entre el|from|until|hasta el|fins al|a partir del?|from the) [^,.]{1,40},? )*`

// away begins the sentences of somebody who is away.
var away = regexp.MustCompile(`^` + now + `(?:` +
	`(?:yo )?(?:estoy|estare|me encuentro|me encontrare|me hallo|estamos|voy a estar) (?:actualmente |temporalmente |ahora )?(?:fuera (?:de (?:la |mi )?(?:oficina|despacho)|del despacho|hasta|unos dias|desde|del \d|de viaje)|ausente|de vacaciones|disfrutando de (?:mis )?vacaciones|de baja|de permiso|de viaje|de excedencia|sin acceso al? correo)|` +
	`no (?:estoy|estare|me encuentro) (?:disponible|en la oficina|en el despacho)|no (?:tengo|tendre) acceso (?:al?|a mi) correo|fuera de (?:la )?oficina|(?:vuelvo|volvere|regreso|regresare|me reincorpor(?:o|are)) (?:el|a la oficina|a partir)|` +
	`(?:con motivo de|por) mis vacaciones|durante mi ausencia|permanecere (?:ausente|fuera)|ausente (?:hasta|del|por)|` +
	`(?:jo )?(?:soc|sere|estic|estare|em trobo|em trobare|estem) (?:actualment |temporalment |ara )?(?:fora(?: de l'oficina| d'oficina| del despatx| fins| uns dies| des del| del \d)|absent|de vacances|de baixa|de permis|de viatge|de festa|sense acces al correu)|` +
	`no (?:soc|sere|estic|estare|em trobo) (?:disponible|a l'oficina|al despatx)|no (?:tinc|tindre) acces al correu|fora (?:de l'|d')oficina|(?:torno|tornare|em reincorpor(?:o|are)) (?:el|a l'oficina|dilluns|al despatx|a partir)|` +
	`(?:amb motiu de|per) les meves vacances|durant la meva absencia|romandre (?:absent|fora)|absent (?:fins|del|per)|` +
	`i(?: am|'m| will be|'ll be|'ve been) (?:currently |now |away and )?(?:out of (?:the |my )?office|out until|away|on (?:annual |sick |parental |maternity |paternity )?(?:leave|holidays?|vacation)|travell?ing|not in the office)|` +
	`i (?:have|will have) (?:no|limited) access to (?:my )?e-?mail|(?:i am )?out of (?:the )?office|i(?: will|'ll) (?:be back|return)|during my absence|` +
	`je (?:suis|serai) (?:actuellement )?(?:absent|en conges?|en vacances|hors du bureau)|ich bin (?:.{0,40} )?(?:nicht im (?:buro|hause?)|abwesend|im urlaub|au(?:ss|ß)er haus)|` +
	`(?:sono|saro) (?:attualmente )?(?:fuori (?:ufficio|sede)|assente|in ferie)|(?:estou|estarei) (?:de momento )?(?:ausente|fora do escritorio|de ferias)` +
	`)`)

const (
	// request is what a desk takes in.
	request = `(?:nuev[oa] |nou |nova |new |support )?(?:ticket|tiquet|incidencia|incident|solicitud(?: de (?:soporte|servicio))?|sol[·.]?licitud(?: de suport)?|peticion(?: de (?:soporte|servicio))?|peticio(?: de suport)?|consulta|caso?|case|averia|request|service request|enquiry|inquiry|issue|anfrage|demande|richiesta|pedido)`
	inform  = `(?:(?:estimad[oa]s?|apreciad[oa]s?|distingid[oa]s?|benvolgu(?:t|da|ts|des)|dear|hola|bon dia|buenos dias)[^,.:]{0,40}[,.:] )?(?:gracias[,.]? |gracies[,.]? )?(?:(?:le|les|os|us|te) )?(?:(?:informamos|comunicamos|confirmamos|queremos informar(?:le|os)|informem|comuniquem|confirmem)(?: de)? que )?`
	yours   = `(?:su|tu|vuestr[oa]|la vostra|el vostre|la teva|el teu|la seva|el seu|your) ` + request
	thing   = `(?:un|una|el|la|l'|a|an|the) ?` + request
	named   = `.{0,60}?(?:n[º°]|num(?:ero|\b)|number|no\.|#|\bref\b|\breferenc|\bid\b|identificador|codi(?:go)?\b|\d{4,})`
	passive = `(?: [(#]{0,2}\S{0,24}\d\)?)?.{0,40}? (?:ha (?:sido|quedado|estat|quedat)|se ha|s'ha|fue|queda|has been|was) (?:correctamente |automaticamente |correctament |automaticament |successfully |automatically )?` +
		`(?:(?:registrad|cread|abiert|generad|recibid|recogid)[oa]|dad[oa] de alta|registra(?:t|da)|crea(?:t|da)|ober(?:t|ta)|genera(?:t|da)|rebu(?:t|da)|recolli(?:t|da)|registered|created|opened|logged|received|raised|submitted)`
	made = `(?:(?:se ha|s'ha|hemos|hem|we(?: have|'ve)?) (?:correctamente |automaticamente |correctament |automaticament )?` +
		`(?:registrado|creado|abierto|generado|dado de alta|registrat|creat|obert|generat|donat d'alta|registered|created|opened|logged))`
)

// takenIn begins what a desk's program writes when it has given our mail a number.
var takenIn = regexp.MustCompile(`^` + inform + `(?:` +
	yours + passive + named + `|` + yours + ` [(#]{0,2}\d{4,18}\)? (?:ha (?:sido|quedado|estat|quedat)|has been|was) (?:registr|cread|abiert|recibid|crea|obert|rebu|creat|received|opened)|` +
	made + ` ` + yours + named + `|` +
	`(?:su|tu|vuestro) (?:numero|codigo) de ` + request + ` (?:es|asignado)|(?:el vostre|el teu|el seu) (?:numero|codi) (?:de |d')` + request + ` (?:es|assignat)|your ` + request + ` (?:number|id) is` +
	`)`)

// opens begins what programs write of any ticket. People open tickets as well, with others.
var opens = regexp.MustCompile(`^` + inform + `(?:` + thing + passive + `|` + made + ` (?:` + yours + `|` + thing + `))`)

// received begins what programs write, and people as well, when a mail has come.
var received = regexp.MustCompile(`^` + inform + `(?:` +
	`hemos (?:recibido|registrado) (?:correctamente )?(?:su|tu|vuestr[oa]) (?:mensaje|correo|e-?mail|comunicacion|` + request + `)|` +
	`(?:su|tu|vuestr[oa]) (?:mensaje|correo|e-?mail|comunicacion|` + request + `) (?:ha sido|ha quedado|se ha|fue) (?:correctamente )?(?:recibid|registrad)[oa]?|` +
	`acuse de recibo|recibido:|(?:muchas )?gracias por (?:contactar|ponerse en contacto|haber contactado|escribir(?:nos)?|su ` + request + `)|` +
	`hem (?:rebut|registrat) (?:correctament )?(?:la vostra|el vostre|la teva|el teu|la seva|el seu) (?:missatge|correu|comunicacio|` + request + `)|` +
	`(?:la vostra|el vostre|la teva|el teu|la seva|el seu) (?:missatge|correu|comunicacio|` + request + `) (?:ha estat|s'ha|ha quedat) (?:correctament )?(?:rebu(?:t|da)|registra(?:t|da))|` +
	`justificant de recepcio|acus de rebuda|rebut:|(?:moltes )?gracies per (?:contactar|posar-vos en contacte|haver contactat|escriure)|` +
	`we(?: have|'ve)? received your (?:message|e-?mail|` + request + `)|(?:acknowledgement|acknowledgment|confirmation) of (?:receipt|your)|(?:many )?thank(?:s| you) for (?:contacting|getting in touch|reaching out|submitting|opening)|` +
	`(?:ihre|deine) ` + request + ` (?:ist eingegangen|wurde (?:erfasst|registriert))|wir haben ihre (?:anfrage|nachricht) erhalten|vielen dank fur ihre (?:anfrage|kontaktaufnahme)|` +
	`nous avons bien recu votre|votre demande a (?:bien )?ete (?:enregistree|recue)|abbiamo ricevuto la (?:sua|tua|vostra)|la (?:sua|tua|vostra) richiesta e stata (?:registrata|ricevuta)|recebemos (?:o seu|a sua)|(?:o seu|a sua) pedido foi (?:registado|registrado|recebido)` +
	`)`)

// opened are the subjects of the mails with which desks take ours in.
var opened = regexp.MustCompile(`^(?:` +
	`(?:nuev[oa] )?(?:ticket|incidencia|solicitud|peticion|caso)(?: n\S{0,3})? ?[#:]?\S{0,20} ?(?:ha sido |se ha |ha quedado )?(?:cread|registrad|abiert|recibid)[oa]|(?:creacion|apertura|alta|registro) de(?:l)? (?:ticket|incidencia|solicitud|peticion|caso)|se ha (?:creado|registrado|abierto) (?:el|la|su|un|una) ` + request + `|` +
	`(?:tiquet|incidencia|sol[·.]?licitud|peticio|cas)(?: n\S{0,3})? ?[#:]?\S{0,20} ?(?:ha estat |s'ha |ha quedat )?(?:crea|registra|ober|rebu)(?:t|da|ta)\b|(?:creacio|obertura|alta|registre) (?:del?|de la|d') ?(?:tiquet|incidencia|sol[·.]?licitud|peticio|cas)|s'ha (?:creat|registrat|obert) (?:el|la|un|una) ` + request + `|` +
	`(?:new )?(?:ticket|incident|request|case)(?: n\S{0,3})? ?[#:]?\S{0,20} ?(?:has been |was |is )?(?:created|opened|registered|received|logged)|` +
	`(?:su|tu|vuestr[oa]|la vostra|el vostre|your) ` + request + `.{0,30} (?:ha sido|ha quedado|ha estat|ha quedat|has been|was) (?:recibid|registrad|cread|abiert|registrat|registrada|rebut|rebuda|creat|creada|obert|oberta|received|registered|created|opened|logged)|` +
	`acuse de recibo|acus de rebuda|hemos recibido (?:su|tu|vuestr)|hem rebut (?:la|el)|we have received your|request received|recibido:` +
	`)`)

// concerns are the words of desks: who uses them is rather one than somebody away.
var concerns = regexp.MustCompile(`\b(?:tickets?|tiquets?|incidencias?|incidencies|incidents?|solicitud(?:es)?|sol[·.]?licituds?|peticion(?:es)?|peticions?|registrad[oa]|registrat|registrada|cas n|caso n|service ?desk|helpdesk|mesa de servicio|centro de soporte|centre de suport)\b`)
