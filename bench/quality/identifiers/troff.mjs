// Manual pages as Markdown: enough of troff's man macros to read them, and nothing of their layout.

const CHARACTERS = {
  aq: "'",
  oq: '‘',
  cq: '’',
  dq: '"',
  lq: '“',
  rq: '”',
  en: '–',
  em: '—',
  bu: '•',
  ha: '^',
  ti: '~',
  rs: '\\',
  co: '©',
  mu: '×',
  '->': '→',
}
const SECTION = /^[.']\s*SH\s+(.+)$/
const SUBSECTION = /^[.']\s*SS\s+(.+)$/
const PARAGRAPH = /^[.']\s*(?:PP|P|LP|TP|IP|HP|TQ|sp|RS|RE)\b/
const STYLED = /^[.']\s*(?:B|I|BR|IR|RB|RI|BI|IB|SM|SB|MR|UR|MT)\s+(.+)$/
const JOINED = /^[.']\s*(?:BR|IR|RB|RI|BI|IB|MR)\b/
const BOLD = /\\f(?:B|\[B\]|\(CB|\(CW|\[CB\])((?:[^\\]|\\[-&e.])+)/g

/** Whether it is written in man macros, and not an alias of another page or in the macros of BSD. */
export function isManPage(source) {
  return /^[.']\s*TH\b/m.test(source) && !/^\.so /m.test(source)
}

/** The title is the page's own; each section has a heading, and each paragraph a line. */
export function toMarkdown(source) {
  const lines = []
  let isSkipped = false
  for (const line of source.split('\n')) {
    // Definitions of macros and of conditions for one kind of printer are programs, not text.
    if (isSkipped) {
      if (/^\.\.\s*$/.test(line)) isSkipped = false
      continue
    }
    if (/^[.']\s*(?:de1?|ig)\b/.test(line)) isSkipped = true
    else if (line.trim() === '' || PARAGRAPH.test(line)) lines.push('', ...labelOf(line))
    else if (SECTION.test(line)) lines.push('', `## ${plain(unquoted(SECTION.exec(line)[1], ' '))}`, '')
    else if (SUBSECTION.test(line)) lines.push('', `### ${plain(unquoted(SUBSECTION.exec(line)[1], ' '))}`, '')
    else if (STYLED.test(line)) lines.push(plain(unquoted(STYLED.exec(line)[1], JOINED.test(line) ? '' : ' ')))
    else if (!/^[.']/.test(line)) lines.push(plain(line))
  }
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

/** What is printed in bold: commands, options and names, not English. */
export function boldOf(source) {
  const styled = [...source.matchAll(/^[.']\s*(?:B|BR|BI|MR)\s+(.+)$/gm)].map(([, rest]) => unquoted(rest, ' '))
  const inline = [...source.matchAll(BOLD)].map(([, text]) => text)
  return [...styled, ...inline].map(plain).join('\n')
}

function labelOf(line) {
  const label = /^[.']\s*IP\s+(.+)$/.exec(line)?.[1]
  if (label === undefined) return []
  const [first] = argumentsOf(label)
  return first === undefined ? [] : [plain(first)]
}

function unquoted(rest, between) {
  return argumentsOf(rest).join(between)
}

/** A macro's arguments: separated by blanks, those with blanks inside in quotes. */
function argumentsOf(rest) {
  return [...rest.matchAll(/"((?:[^"]|"")*)"?|((?:\\.|[^\s"])+)/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare,
  )
}

function plain(text) {
  return text
    .replace(/\\".*$/, '')
    .replace(/\\[hvwlL]'[^']*'/g, '')
    .replace(/\\f(?:\[[^\]]*\]|\(..|.)|\\s[-+]?\d+|\\[&/,:%c|^]/g, '')
    .replace(/\\\[([^\]]*)\]|\\\((..)/g, (_, long, short) => CHARACTERS[long ?? short] ?? '')
    .replace(/\\\*(?:\[[^\]]*\]|\(..|.)/g, '')
    .replace(/\\([-.'`])/g, '$1')
    .replace(/\\[ ~0]/g, ' ')
    .replace(/\\e/g, '\u0000')
    .replace(/\\./g, '')
    .replaceAll('\u0000', '\\')
}
