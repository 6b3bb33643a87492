import { fold } from './fold.ts'

// January to December, as dates have them; by language, the widest first: what begins alike in two is taken for the first one's.
const NAMES = `
  january february march april may june july august september october november december
  januar februar märz april mai juni juli august september oktober november dezember
  janvier février mars avril mai juin juillet août septembre octobre novembre décembre
  enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
  gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
  janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
  jänner feber maart april mei juni juli augustus september oktober november desember
  januari februari marts april maj juni juli augusti setiembre oktober november december
  stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
  styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień
  ledna února března dubna května června července srpna září října listopadu prosince
  januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra
  január február március április május június július augusztus szeptember október november december
  ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
  gener febrer març abril maig juny juliol agost setembre octubre novembre desembre
  ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
  tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta
  januari februari maret april mei juni juli agustus september oktober november desember
  января февраля марта апреля мая июня июля августа сентября октября ноября декабря
  січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
  ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου
  يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
  ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר
  जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर`

/** Letters of a name that stand for it. */
const SHORTENED: readonly number[] = [3, 4, 5]
/** "In", before the name. */
const HEBREW_IN = /^ב(?=\p{Script=Hebrew}{3})/u

let months: ReadonlyMap<string, number> | undefined

/** The month, 1 … 12, that a word is the name of, whole or shortened; undefined where it is none. */
export function monthOf(word: string): number | undefined {
  months ??= readNames()
  return months.get(fold(word).replace(HEBREW_IN, ''))
}

function readNames(): ReadonlyMap<string, number> {
  const all = new Map<string, number>()
  for (const line of NAMES.trim().split('\n')) {
    const names = fold(line).trim().split(' ')
    const own = new Map<string, number>()
    for (const [i, name] of names.entries()) {
      for (const length of SHORTENED) {
        const shortened = [...name].slice(0, length).join('')
        // June or July?
        own.set(shortened, own.has(shortened) && own.get(shortened) !== i + 1 ? 0 : i + 1)
      }
    }
    for (const [i, name] of names.entries()) own.set(name, i + 1)
    for (const [name, month] of own) if (month > 0 && !all.has(name)) all.set(name, month)
  }
  return all
}
