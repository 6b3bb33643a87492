/** Elements whose text is none of the message's. */
const HIDDEN = new Set('head style script title template noscript'.split(' '))
/** Elements that begin and end a line; those of the second group, a paragraph. */
const LINES = new Set('br div tr li dt dd section article header footer center'.split(' '))
const PARAGRAPHS = new Set('p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre hr'.split(' '))
/** From U+00A0 to U+00FF, and a few that are as common. */
const LATIN = (
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil ' +
  'sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute ' +
  'Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc ' +
  'atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide ' +
  'oslash ugrave uacute ucirc uuml yacute thorn yuml'
).split(' ')
const NAMED: ReadonlyMap<string, string> = new Map([
  ...LATIN.map((name, index) => [name, String.fromCharCode(0xa0 + index)] as const),
  ...Object.entries({
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    euro: '€',
    hellip: '…',
    ndash: '–',
    mdash: '—',
    bull: '•',
  }),
  ...Object.entries({
    lsquo: '‘',
    rsquo: '’',
    sbquo: '‚',
    ldquo: '“',
    rdquo: '”',
    bdquo: '„',
    trade: '™',
    oelig: 'œ',
    OElig: 'Œ',
  }),
  ...Object.entries({ zwnj: '', zwj: '\u200d', lrm: '', rlm: '', ensp: ' ', emsp: ' ', thinsp: ' ' }),
])
const REFERENCE = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([A-Za-z][A-Za-z\d]{1,9}));/g
const TAG = /^(\/?)([A-Za-z][A-Za-z\d]{0,15})/

/** The text of HTML, a line for each block, in time that is linear in its length. */
export function stripHtml(html: string): string {
  const pieces: string[] = []
  let hidden: string | undefined
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf('<', at)
    const text = html.slice(at, open < 0 ? html.length : open)
    if (hidden === undefined && text !== '') pieces.push(decoded(text.replace(/[\s]+/g, ' ')))
    if (open < 0) break
    if (html.startsWith('<!--', open)) {
      at = endOf(html, '-->', open + 4)
      continue
    }
    const tag = TAG.exec(html.slice(open + 1, open + 18))
    if (!tag && !/[!?/]/.test(html[open + 1] ?? '')) {
      if (hidden === undefined) pieces.push('<')
      at = open + 1
      continue
    }
    at = endOf(html, '>', open + 1)
    const name = (tag?.[2] ?? '').toLowerCase()
    const isEnd = tag?.[1] === '/'
    if (hidden !== undefined) {
      if (isEnd && name === hidden) hidden = undefined
    } else if (HIDDEN.has(name) && !isEnd && html[at - 2] !== '/') hidden = name
    else if (PARAGRAPHS.has(name)) pieces.push('\n\n')
    else if (LINES.has(name)) pieces.push(name === 'li' && !isEnd ? '\n- ' : '\n')
    else if (name === 'td' || name === 'th') pieces.push(' ')
  }
  return pieces
    .join('')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

function endOf(html: string, end: string, from: number): number {
  const found = html.indexOf(end, from)
  return found < 0 ? html.length : found + end.length
}

function decoded(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(REFERENCE, (whole, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) return NAMED.get(name) ?? whole
    const codePoint = decimal !== undefined ? Number(decimal) : Number.parseInt(hexadecimal!, 16)
    const isCharacter = codePoint > 0 && codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint < 0xe000)
    return isCharacter ? String.fromCodePoint(codePoint) : ''
  })
}
