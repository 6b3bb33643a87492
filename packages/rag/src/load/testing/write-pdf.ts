/** A piece of text on a page: its place is that of its baseline's left end, in points from the upper left corner. */
export interface PdfText {
  readonly x: number
  readonly y: number
  readonly size: number
  readonly text: string
  /** @default 'plain' */
  readonly font?: PdfFont
}

/** All letters of all fonts, but for U+0001, are 0.6 of their size wide. */
export type PdfFont = 'plain' | 'bold' | 'mono'

export const LETTER_WIDTH = 0.6

export interface PdfPage {
  readonly width: number
  readonly height: number
  readonly texts: readonly PdfText[]
}

export interface PdfSettings {
  readonly title?: string
  readonly language?: string
}

const FONTS: readonly PdfFont[] = ['plain', 'bold', 'mono']

/** Writes pages as a PDF whose text is any that UTF-16 writes in single units. */
export function writePdf(pages: readonly PdfPage[], { title, language }: PdfSettings = {}): Uint8Array<ArrayBuffer> {
  // 1 catalogue, 2 pages, 3 information, 4 character map; then three objects for each font, and two for each page.
  const firstPage = 5 + 3 * FONTS.length
  const objects = [
    `<</Type/Catalog/Pages 2 0 R${language === undefined ? '' : `/Lang(${language})`}>>`,
    `<</Type/Pages/Count ${pages.length}/Kids[${pages.map((_, index) => `${firstPage + 2 * index} 0 R`).join(' ')}]>>`,
    `<<${title === undefined ? '' : `/Title<feff${hex(title)}>`}>>`,
    stream(characterMap()),
    ...FONTS.flatMap((font, index) => fontObjects(font, 5 + 3 * index)),
    ...pages.flatMap((page, index) => [
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${page.width} ${page.height}]/Contents ${firstPage + 2 * index + 1} 0 R` +
        `/Resources<</Font<<${FONTS.map((font, at) => `/${font} ${5 + 3 * at} 0 R`).join('')}>>>>>>`,
      stream(page.texts.map((text) => shown(text, page.height)).join('\n')),
    ]),
  ]
  return assemble(objects)
}

/** Numbered objects, the catalogue first and the information third, as a file. */
export function assemble(objects: readonly string[], trailer = ''): Uint8Array<ArrayBuffer> {
  let text = '%PDF-1.7\n'
  const offsets = objects.map((object, index) => {
    const offset = text.length
    text += `${index + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  text +=
    `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}` +
    `trailer\n<</Size ${objects.length + 1}/Root 1 0 R/Info 3 0 R${trailer}>>\nstartxref\n${text.length}\n%%EOF\n`
  return latin1(text)
}

export function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

export const stream = (content: string): string => `<</Length ${content.length}>>\nstream\n${content}\nendstream`

function fontObjects(font: PdfFont, number: number): string[] {
  const name = { plain: 'Plain', bold: 'Plain-Bold', mono: 'Mono' }[font]
  return [
    `<</Type/Font/Subtype/Type0/BaseFont/${name}/Encoding/Identity-H/DescendantFonts[${number + 1} 0 R]/ToUnicode 4 0 R>>`,
    `<</Type/Font/Subtype/CIDFontType2/BaseFont/${name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>` +
      // Letters of one width alone would make it a typewriter's.
      `/DW ${LETTER_WIDTH * 1000}${font === 'mono' ? '' : '/W[1[500]]'}/FontDescriptor ${number + 2} 0 R>>`,
    `<</Type/FontDescriptor/FontName/${name}/Flags ${font === 'mono' ? 33 : 32}/FontBBox[0 -200 600 800]/ItalicAngle 0` +
      '/Ascent 800/Descent -200/CapHeight 700/StemV 80>>',
  ]
}

/** From each code to itself. */
function characterMap(): string {
  const pages = Array.from({ length: 256 }, (_, page) => page.toString(16).padStart(2, '0'))
  return (
    '/CIDInit/ProcSet findresource begin 12 dict begin begincmap/CMapType 2 def 1 begincodespacerange<0000><ffff>endcodespacerange\n' +
    `256 beginbfrange\n${pages.map((page) => `<${page}00><${page}ff><${page}00>`).join('\n')}\nendbfrange\n` +
    'endcmap CMapName currentdict/CMap defineresource pop end end'
  )
}

function shown({ x, y, size, text, font = 'plain' }: PdfText, height: number): string {
  return `BT /${font} ${size} Tf 1 0 0 1 ${x.toFixed(2)} ${(height - y).toFixed(2)} Tm <${hex(text)}> Tj ET`
}

function hex(text: string): string {
  let digits = ''
  for (let at = 0; at < text.length; at++) digits += text.charCodeAt(at).toString(16).padStart(4, '0')
  return digits
}
