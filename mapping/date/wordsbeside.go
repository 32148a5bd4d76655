package date

// What stands around a time.
var (
	clauseMarks = set(". ! ? ; , ( )")
	endWords    = set("fins hasta until till finsa")
	spanMarks   = set("- a al to")
	beginWords  = set("comenca comencar comencat comencada comencament comencaren comencava comencen inici inicia iniciar iniciat iniciada inicio " +
		"empezo empezar empezado empezaron empieza empiezan comenzo comenzar comenzado comenzaron comienza comienzo start started starting starts began begun since desde des")
	codeWords = set("error errors errores codi codigo code http status estat estado")
	// companions tell no day: only they may stand before a time of today.
	companions = set("a al les las la l el els los the at on hora hores hour time inici inicio start de d del des desde since from i y o and or per por en in amb con with que quan cuando when partir ja ya " +
		"primera ultima sobre cap hacia eso voltant voltants alrededor entre around about circa approx approximately aprox aproximadament aproximadamente aproximada aproximadamente ca mes menys mas menos more less exacta exactament h hs " +
		"avui hoy hui today ara ahora now mateix mismo just right aquest aquesta este esta this data fecha date comencat comenca comencar comencament empezo empezado empezar empieza comenzo comenzado comienzo comienza started began " +
		"mati manana morning migdia mediodia tarda tarde vesprada afternoon vespre evening nit noche night matinada madrugada " +
		"detectat detectada detectado detected iniciat iniciada iniciado va vam han ha he hem hemos s se es ens nos hi no ni res nada nothing nobody ningu nadie som estem estamos estan esta is was are has have it we can cannot not " +
		"pot poden podem puc poder puede pueden podemos puedo entrar accedir acceder acces acceso access funciona funcionen funcionan funcionar works working respon responen responde responden responding carrega carga obre abre va van anar anava iba " +
		"porta porten lleva llevan caigut caiguda caiguts caigudes caure cau cauen va caido caida cayo cae caen down fell failed failing falla fallen fallan fallo fallat fallado fallada fallades error errors errores incidencia incident problema problem tall corte " +
		"servei servidor servicio server service web pagina page aplicacio aplicacion application app sistema system xarxa red network internet correu correo mail vpn linia linea tot todo tots todos tothom lent lenta lento slow sense sin without connexio conexion connection")
	// dayish words tell a day that cannot be read.
	dayish = set("dia dies dias day days diumenge dilluns dimarts dimecres dijous divendres dissabte setmana setmanes semana semanas week weeks weekend mesos meses month months finals finales principis principios mitjans mediados " +
		"cada sempre siempre every always often sovint endema festa festiu festivo gener febrer abril juny juliol agost setembre octubre novembre desembre enero febrero marzo mayo junio julio agosto septiembre noviembre diciembre")
	// notDays look like days or months that are written wrong.
	notDays = set("abrir entero entera marca marco general antes partes menys general")
	// manners may follow "of" behind a day or a time without telling another day.
	manners   = set("bon buena cop sobte repente golpe forma manera nou nuevo moment momento")
	thisWords = set("aquest aquesta este esta this present corrent corriente")
	thisSpans = set("mes setmana semana week month")

	shifts = phrases(map[string]bool{
		"mes passat|mes pasado|passat mes|pasado mes|last month|altre mes|otro mes":                                true,
		"setmana passada|semana pasada|passada setmana|pasada semana|last week|altra setmana|otra semana":          true,
		"any passat|ano pasado|passat any|pasado ano|last year|fa un any|hace un ano|a year ago":                   true,
		"vinent|proper|propera|proxim|proxima|proximo|que ve|que viene|next|anterior|previous week|previous month": true,
	})
	smallHours = phrases(map[string]Part{"de matinada|a la matinada|de madrugada|durant la matinada|durante la madrugada": Dawn})

	// strangeZones are names of clocks that stand for several, or are not known.
	strangeZones = set("est edt cst cdt mst mdt pst pdt akst akdt hst ast adt bst ist eet eest msk jst kst hkt sgt aest aedt acst awst nzst nzdt brt clt pkt")
	shortZones   = set("et pt ct mt")
	zoneLeads    = phrases(map[string]bool{"hora|zona horaria|huso horario|fus horari|time zone|timezone|tz": true})
	cities       = phrases(map[string]string{
		"canaria|canarias|canaries|insular|les canaries|las canarias|canary|canary islands|tenerife|las palmas|les palmes|gran canaria": "Atlantic/Canary",
		"londres|london|britanica|uk|regne unit|reino unido":                                                                            "Europe/London",
		"lisboa|lisbon|portuguesa|portugal":                                                                                             "Europe/Lisbon",
	})
	foreignWords = set("anglesa inglesa americana argentina mexicana colombiana xilena chilena peruana brasilera brasilena servidor server sistema russa rusa turca grega griega xinesa china japonesa india")
	// plainTimes stand before "time" where no clock is named.
	plainTimes = set("start started local this that same the first second last response down downtime at of in it is was for some a any no what reaction and all every each real exact approximate h hours am pm")
)
