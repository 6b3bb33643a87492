// Words that a full stop ends without ending a sentence, of all languages together: only those that are no ordinary word in any of them.
// What is seen by its shape needs no list: single letters (`J.`, `z. B.`, `т. е.`), doubled capitals (`EE. UU.`), and short words without a
// vowel (`Dr.`, `bzw.`, `npr.`).

const listed = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/))

/** In lower case. What follows belongs to them, however it is written: `for example`, `namely`, a name, a street. */
export const LEADING: ReadonlySet<string> = listed(`
  bzw vgl bzgl mrs blvd hrn hrsg frl hlm drs resp incl inkl sig avv ing éd excmo excma ilma tys gen zob im bul бул млн млрд грн трлн стр зб
  capt av ul cdr esq prof profs insp lieut messrs supt dipl geb ggf evtl bspw insb mio zit zzgl abzgl allg ehem eigtl einschl engl gem hl
  mind sog spez urspr usf verh vorm wiss zus zw univ dr.-ing dipl.-ing approx ca cca circa excl e.g i.e viz
  mme mmes mlle mlles mgr env boul éd fg dép éts dña dra dras srta srtas sra sras sres uds vds avda admón depto gral p.ej p.ex p.es
  sig.ra dott dott.ssa prof.ssa geom egr ill.mo exmo exma ilmo profa rev.mo bijv dhr mevr gebr jhr
  godz inż m.in woj mudr judr phdr rndr mvdr paeddr napr nar
  проф акад доц гр им ул пер табл напр обл изд букв приб тыс вул ім просп див буд інж инж
  καθ αρ δηλ εκδ οδ αγ κος örn doç öğr gör bkz ún vö özv esim t.ex bl.a t.o.m fr.o.m f.eks pvz piem plkst d-l d-na dna ş.a yth a.n திரு
`)

/** As they are written, with a capital: titles that are words of every day in lower case. */
export const TITLES: ReadonlySet<string> = listed(`
  Adm Assoc Av Col Cmdr Ens Fa Gen Gov Hon Lic Mah Cad Sok Pres Rep Rev Sen Spett Std Tsd Yrd Alb Eng Dna Dl Jl Bpk Doc Ir
  Sta Sto Fr Pbro Lt
  TP TS GS PGS BS ThS Min
`)

/** In lower case; words of every day too: no end where a number follows (`No. 5`, `Art. XII`, `Fig. B`). */
export const NUMBERING: ReadonlySet<string> = listed(`
  no nos art arts fig figs eq eqs sec sect ch chap chaps vol vols ed app ex tab abb abs kap bl bd nr nrn ziff lfd anm aufl jg par rn max min
  p pp pg pag pág págs núm num n.º cap caps tít ap séc op opus bk pt pts ver rev lit ann tel tél fax ext apt inv publ gegr gest ok
  strona rozdz poz ust zał odst sv stran бр стр рис табл гл разд ст ч д оф σελ εικ πίν κεφ άρθ τόμ παρ lk ptk kl kpl puh
  jan feb mar apr may jun jul aug sep sept oct nov dec okt dez fév févr avr juil août déc ene abr ago dic giu lug set ott
  sayfa böl bent hal hlm gb tbl bab
`)

/** In lower case: what may end a sentence, and does where the next word begins like one: `It was 5 p.m. We left.` */
export const CLOSING: ReadonlySet<string> = listed(`
  a.m p.m m.m т.д т.п d.ä d.j a.d b.c v.chr n.chr a.c d.c κ.λπ κ.ά н.э et.al m.fl e.v s.p.a s.a s.l s.r.l ph.d stb dll dsb osv mfl
  tms kft ltd ktp др пр гг вв jr vb κ.ο.κ κ.τ.λ κτλ κλπ λπ mwst
`)

/** As they are written; after a number they end a sentence as any word does: `It is 5 km. Then …` */
export const UNITS: ReadonlySet<string> = listed(`
  m g l h s V W A K C F N J km cm dm mm nm kg mg ml cl dl hl ha kW MW GW Hz kHz MHz GHz kB KB MB GB TB PB ms min sec ft in lb lbs oz mi mph
  kcal kJ px pt °C °F м км см мм кг мг мл ч мин сек руб грн Kč Ft zł kr Kr Rs лв kWh MWh
`)

/** In lower case: months that are written with a capital after a day's number and its stop. */
export const MONTHS: ReadonlySet<string> = listed(`
  januar jänner februar feber märz april mai juni juli august september oktober november dezember jan jän feb mär apr jun jul aug sep sept okt
  nov dez january february march june july october december januari februari maart mei augustus
  ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
`)

/** In lower case: words of German before an ordinal number (`am 3. Tag`), where the noun after it begins with a capital. */
export const BEFORE_ORDINALS: ReadonlySet<string> = listed(`
  am im vom zum zur beim ins ans der die das dem den des ein eine einem einen einer eines jeder jede jedes jedem jeden dieser diese dieses
  diesem diesen sein seine seinem seinen seiner ihr ihre ihrem ihren ihrer mein meine meinem meinen unser unsere unserem unseren bis ab seit
  montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
`)

/** In lower case: words that begin a sentence rather than stand after an ordinal number, in German and after Roman numerals. */
export const BEGINNERS: ReadonlySet<string> = listed(`
  er sie es wir ich ihr du man das die der dies diese dieser dann danach dort da hier doch aber und oder so wenn weil als nach mit in im am
  ein eine auch nun seit bei für auf zu sein seine
  the a an it he she they we you i this that these those his her its their there then but and or if when while after before as at on for no yes
  il elle ils elles le la les un une ce cette ces en dans mais et son sa ses puis el los las una lo su sus pero gli lei lui ma
  ele ela o os as mas e hij zij het een de maar han hun den det men on ona oni ale a i
`)
