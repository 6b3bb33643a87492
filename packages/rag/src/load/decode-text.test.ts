import { expect, test } from 'vitest'
import { decodeText } from './decode-text.ts'
import { seeded } from './testing/random.ts'

const RUSSIAN =
  'Библиотека была основана в 1862 году. Она хранит рукописи, карты, ноты и «редкие» издания; читальный зал открыт каждый день, кроме воскресенья.'
const WESTERN = {
  german:
    'Die Bücherei öffnet täglich um zehn Uhr – außer sonntags. Für Schüler ist der Eintritt frei, größere Gruppen müssen sich vorher anmelden.',
  french:
    'La bibliothèque est ouverte à tous, même l’été. Les élèves peuvent y emprunter jusqu’à dix livres ; le prêt coûte 3 € par année entière.',
  spanish:
    'La biblioteca abrió en el año 1862. ¿Quién puede leer aquí? Los niños, los jóvenes y los mayores, según el horario de cada sala.',
}
const EASTERN = {
  polish:
    'Biblioteka została założona w roku 1862. Dzięki darom mieszkańców ma dziś wiele książek, map i rękopisów, które można czytać na miejscu.',
  czech:
    'Knihovna byla založena v roce 1862. Čtenáři si mohou půjčit až deset knih; děti mají vstup volný, větší skupiny se musí ohlásit předem.',
  hungarian:
    'A könyvtárat 1862-ben alapították. Az olvasók egyszerre tíz könyvet kölcsönözhetnek, a gyerekeknek a belépés ingyenes, s őrzik a térképeket is.',
}
const TURKISH =
  'Kütüphane 1862 yılında kuruldu. Öğrenciler aynı anda on kitap ödünç alabilir; çocuklar için giriş ücretsizdir, şehir arşivi de buradadır.'
const GREEK =
  'Η βιβλιοθήκη ιδρύθηκε το 1862. Οι αναγνώστες μπορούν να δανειστούν δέκα βιβλία, ενώ για τα παιδιά η είσοδος είναι ελεύθερη κάθε μέρα.'
const HEBREW = 'הספרייה נוסדה בשנת 1862. הקוראים יכולים לשאול עד עשרה ספרים בכל פעם, והכניסה לילדים חופשית בכל יום חוץ משבת.'
const ARABIC =
  'تأسست المكتبة في عام 1862. يمكن للقراء استعارة عشرة كتب في كل مرة، والدخول مجاني للأطفال في كل أيام الأسبوع ما عدا الجمعة.'
const JAPANESE =
  '図書館は千八百六十二年に創立されました。利用者は一度に十冊まで本を借りることができ、子どもの入館は無料です。地図や手紙もあります。'
const CHINESE =
  '图书馆成立于一八六二年。读者每次最多可以借十本书，儿童免费入场。馆内还收藏了许多地图、手稿和珍贵的书籍，每天开放。'
const TAIWANESE =
  '圖書館成立於一八六二年。讀者每次最多可以借十本書，兒童免費入場。館內還收藏了許多地圖、手稿和珍貴的書籍，每天開放。'
const KOREAN =
  '도서관은 천팔백육십이년에 세워졌습니다. 이용자는 한 번에 책을 열 권까지 빌릴 수 있으며 어린이는 무료로 들어갈 수 있습니다.'

const GUESSED: readonly (readonly [encoding: string, ...texts: string[]])[] = [
  ['windows-1252', ...Object.values(WESTERN)],
  ['windows-1250', ...Object.values(EASTERN)],
  ['iso-8859-2', ...Object.values(EASTERN)],
  ['windows-1251', RUSSIAN],
  ['koi8-r', RUSSIAN.replace(/[«»]/g, '"')],
  ['iso-8859-5', RUSSIAN.replace(/[«»]/g, '"')],
  ['ibm866', RUSSIAN.replace(/[«»]/g, '"')],
  ['windows-1254', TURKISH],
  ['windows-1253', GREEK],
  ['iso-8859-7', GREEK],
  ['windows-1255', HEBREW],
  ['windows-1256', ARABIC],
  ['shift_jis', JAPANESE],
  ['euc-jp', JAPANESE],
  ['gb18030', CHINESE],
  ['big5', TAIWANESE],
  ['euc-kr', KOREAN],
  ['utf-16le', RUSSIAN, `${JAPANESE} `, WESTERN.german, KOREAN, ARABIC],
  ['utf-16be', RUSSIAN, `${CHINESE}\n`, WESTERN.french, HEBREW, GREEK],
]

/** The bytes of each character of an encoding, by decoding every byte and every pair: browsers have no encoder. */
function encoderOf(encoding: string): (text: string) => Uint8Array {
  if (encoding.startsWith('utf-16')) {
    return (text) => {
      const view = new DataView(new ArrayBuffer(text.length * 2))
      for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), encoding === 'utf-16le')
      return new Uint8Array(view.buffer)
    }
  }
  const bytesOf = new Map<string, readonly number[]>()
  const add = (...bytes: number[]) => {
    try {
      const character = new TextDecoder(encoding, { fatal: true }).decode(Uint8Array.from(bytes))
      if ([...character].length === 1 && !bytesOf.has(character)) bytesOf.set(character, bytes)
    } catch {
      // Not of this encoding.
    }
  }
  for (let byte = 0; byte < 256; byte++) add(byte)
  if (/^(?:shift_jis|euc|gb|big5)/.test(encoding))
    for (let lead = 0x81; lead < 0xff; lead++) for (let trail = 0x40; trail < 0xff; trail++) add(lead, trail)
  return (text) =>
    Uint8Array.from([...text].flatMap((character) => bytesOf.get(character) ?? expect.fail(`${character} is not in ${encoding}`)))
}

for (const [encoding, ...texts] of GUESSED) {
  test(`${encoding} is known by its letters`, async () => {
    const encode = encoderOf(encoding)
    for (const text of texts) {
      const long = Array.from({ length: 8 }, () => text).join('\r\n')
      for (const each of [text, long]) expect((await decodeText(encode(each), 'a.txt')).text).toBe(each)
    }
  })
}

test('a file is decoded as it says', async () => {
  const cyrillic = encoderOf('windows-1251')
  const short = 'Дом'
  for (const head of [
    '<meta charset="windows-1251">',
    '<meta http-equiv="Content-Type" content="text/html; charset=cp1251">',
    '<?xml version="1.0" encoding="windows-1251"?>',
    '# -*- coding: cp1251 -*-\n',
    '#!/usr/bin/python\n# vim: set fileencoding=windows-1251 :\n',
  ]) {
    const bytes = new Uint8Array([...new TextEncoder().encode(head), ...cyrillic(short)])
    expect(await decodeText(bytes, 'a')).toEqual({ text: head + short, encoding: 'windows-1251' })
  }
  const japanese = Uint8Array.from([0x1b, 0x24, 0x42, 0x46, 0x7c, 0x4b, 0x5c, 0x1b, 0x28, 0x42])
  expect(await decodeText(japanese, 'a')).toEqual({ text: '日本', encoding: 'iso-2022-jp' })
})

test('UTF-8 is UTF-8, whatever it says, and marks are no part of a text', async () => {
  const bytes = new TextEncoder().encode(`<meta charset=iso-8859-1>${WESTERN.french}`)
  expect((await decodeText(bytes, 'a')).encoding).toBe('utf-8')
  const commented = new TextEncoder().encode('<!-- <meta charset=koi8-r> -->\nplain')
  expect(await decodeText(commented, 'a')).toEqual({ text: '<!-- <meta charset=koi8-r> -->\nplain', encoding: 'utf-8' })
  expect(await decodeText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41), 'a')).toEqual({ text: 'A', encoding: 'utf-8' })
  expect(await decodeText(Uint8Array.of(0xff, 0xfe, 0x41, 0x04), 'a')).toEqual({ text: '\u0441', encoding: 'utf-16le' })
  expect(await decodeText(Uint8Array.of(0xfe, 0xff, 0x04, 0x41), 'a')).toEqual({ text: '\u0441', encoding: 'utf-16be' })
  expect(await decodeText(new Uint8Array(0), 'a')).toEqual({ text: '', encoding: 'utf-8' })
})

test('bytes at random are no text, or a text; never anything else', async () => {
  const random = seeded(3)
  for (let i = 0; i < 300; i++) {
    const bytes = Uint8Array.from({ length: random.below(400) }, () => random.below(random.pick([32, 128, 256])))
    const decoded = await decodeText(bytes, 'noise.txt').catch((error: Error) => error)
    if (decoded instanceof Error) {
      expect(decoded.message).toContain('noise.txt')
      expect(decoded.name).toMatch(/^(?:Unsupported|InvalidArgument)Error$/)
    } else expect(decoded.text).not.toContain('\0')
  }
})
