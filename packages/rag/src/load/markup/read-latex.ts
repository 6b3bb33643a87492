import type { Extracted } from '../extracted.ts'
import { linesOf, MarkdownLines, nextLine } from './markdown-lines.ts'

const SECTIONS: Readonly<Record<string, number>> = {
  part: 1,
  chapter: 1,
  section: 2,
  subsection: 3,
  subsubsection: 4,
  paragraph: 5,
  subparagraph: 6,
}
const SECTION = /^\s*\\(part|chapter|section|subsection|subsubsection|paragraph|subparagraph)\*?(?:\[[^\]]{0,400}\])?\{/
const VERBATIM = new Set('verbatim Verbatim lstlisting minted alltt'.split(' '))
/** Environments that hold no text to read. */
const UNREAD = new Set('comment tikzpicture thebibliography filecontents'.split(' '))
const LONGEST_ARGUMENT = 2_000
/** Commands whose argument is no text. */
const HIDDEN =
  /\\(?:label|cite[a-z]*|ref|eqref|autoref|pageref|cref|index|vspace|hspace|includegraphics|bibliography|bibliographystyle|input|include|usepackage|setlength|newcommand|renewcommand|pagestyle|thispagestyle|centering|noindent|maketitle|tableofcontents|clearpage|newpage|hline|toprule|midrule|bottomrule|item)\b\*?(?:\[[^\]]{0,400}\])?(?:\{[^{}]{0,400}\})*/g
const ACCENT = /\\([`'^"~=.uvHcrbdk])(?:\{\\?([A-Za-z])\}|\s?\\?([A-Za-z])(?![A-Za-z]*\{))/g
const MARKS: Readonly<Record<string, string>> = {
  '`': '\u0300',
  "'": '\u0301',
  '^': '\u0302',
  '"': '\u0308',
  '~': '\u0303',
  '=': '\u0304',
  '.': '\u0307',
  u: '\u0306',
  v: '\u030c',
  H: '\u030b',
  c: '\u0327',
  r: '\u030a',
  b: '\u0331',
  d: '\u0323',
  k: '\u0328',
}
const LETTERS: Readonly<Record<string, string>> = {
  ss: 'ß',
  ae: 'æ',
  AE: 'Æ',
  oe: 'œ',
  OE: 'Œ',
  o: 'ø',
  O: 'Ø',
  aa: 'å',
  AA: 'Å',
  l: 'ł',
  L: 'Ł',
  i: 'ı',
}

/** Reads LaTeX as Markdown: sections, lists, code and tables; formulas stay as they are, comments and settings go. */
export function readLatex(text: string): Extracted {
  const all = linesOf(text)
  const start = nextLine(all, 0, (line) => line.includes('\\begin{document}'))
  const lines = start < all.length ? all.slice(start + 1) : all
  const out = new MarkdownLines()
  const title = all
    .slice(0, 2_000)
    .map((line) => /\\title(?:\[[^\]]{0,400}\])?\{([^{}]{1,400})\}/.exec(line)?.[1])
    .find((each) => each !== undefined)
  if (title !== undefined) out.heading(1, plain(title))
  const lists: string[] = []
  for (let at = 0; at < lines.length; at++) {
    const line = withoutComment(lines[at]!)
    if (line.includes('\\end{document}')) break
    const begin = /\\begin\{(\w+)\*?\}/.exec(line)
    const name = begin?.[1] ?? ''
    if (VERBATIM.has(name) || UNREAD.has(name)) {
      const last = nextLine(lines, at + 1, (each) => each.includes(`\\end{${name}`))
      const language =
        /\\begin\{\w+\}(?:\[[^\]]{0,400}\])?\{([\w+#-]{1,30})\}/.exec(line)?.[1] ?? /language=([\w+#-]{1,30})/.exec(line)?.[1]
      if (VERBATIM.has(name)) out.code(lines.slice(at + 1, last), language)
      at = last
    } else if (name.startsWith('tabular') || name === 'longtable') {
      const last = nextLine(lines, at + 1, (each) => each.includes(`\\end{${name}`))
      out.table(
        tableRows(
          lines
            .slice(at + 1, last)
            .map(withoutComment)
            .join('\n'),
        ),
      )
      at = last
    } else if (name === 'itemize' || name === 'enumerate' || name === 'description') {
      lists.push(name)
      out.line('')
    } else if (/\\end\{(?:itemize|enumerate|description)\}/.test(line)) {
      lists.pop()
      out.line('')
    } else {
      const section = SECTION.exec(line)
      if (section) {
        out.heading(SECTIONS[section[1]!]!, plain(argumentFrom(line, section[0].length)))
        const rest = line.slice(section[0].length + argumentFrom(line, section[0].length).length + 1)
        if (plain(rest) !== '') out.text(plain(rest))
        continue
      }
      const item = /^\s*\\item\b\s*(?:\[([^\]]{0,400})\])?\s*(.*)$/.exec(line)
      if (item) {
        const mark = lists.at(-1) === 'enumerate' ? '1.' : '-'
        const label = item[1] === undefined ? '' : `${plain(item[1])} `
        out.line(`${'  '.repeat(Math.max(0, Math.min(6, lists.length - 1)))}${mark} ${label}${plain(item[2]!)}`)
      } else {
        const read = plain(line)
        if (read !== '' || line.trim() === '') out.text(read)
      }
    }
  }
  return out.finish(title === undefined ? undefined : plain(title))
}

/** What stands up to the brace that closes the argument. */
function argumentFrom(line: string, start: number): string {
  let depth = 1
  for (let at = start; at < Math.min(line.length, start + LONGEST_ARGUMENT); at++) {
    if (line[at] === '{') depth++
    else if (line[at] === '}' && --depth === 0) return line.slice(start, at)
  }
  return line.slice(start)
}

const withoutComment = (line: string): string => line.replace(/(?<!\\)%.*$/, '')

function tableRows(text: string): string[][] {
  return text
    .split('\\\\')
    .map((row) => row.split(/(?<!\\)&/).map(plain))
    .filter((cells) => cells.some((cell) => cell !== ''))
}

/** Without commands; formulas keep theirs. */
function plain(text: string): string {
  return text
    .split(/(\$[^$\n]{1,1000}\$|\\\([^\n]{1,1000}?\\\)|\\\[[^\n]{1,1000}?\\\])/)
    .map((part, index) => (index % 2 === 1 ? part : withoutCommands(part)))
    .join('')
    .replace(/[ \t]+/g, ' ')
    .trim()
}

function withoutCommands(text: string): string {
  return text
    .replace(ACCENT, (_, accent: string, braced?: string, bare?: string) => ((braced ?? bare)! + MARKS[accent]!).normalize('NFC'))
    .replace(/\\(ss|ae|AE|oe|OE|aa|AA|o|O|l|L|i)(?:\{\}|(?![A-Za-z])\s?)/g, (_, name: string) => LETTERS[name]!)
    .replace(HIDDEN, '')
    .replace(/\\href\{([^{}]{0,400})\}\{([^{}]{0,400})\}/g, '[$2]($1)')
    .replace(/\\(?:texttt|verb|code)\{([^{}]{1,400})\}/g, '`$1`')
    .replace(/\\(?:begin|end)\{[^{}]{0,60}\}(?:\[[^\]]{0,400}\])?/g, '')
    .replace(/\\\\(?:\[[^\]]{0,40}\])?/g, ' ')
    .replace(/\\([%&#_{}$])/g, '$1')
    .replace(/\\[A-Za-z]+\*?\s?/g, '')
    .replace(/\\[,;:!/ ]/g, ' ')
    .replace(/(?<!\\)[{}]/g, '')
    .replace(/---/g, '—')
    .replace(/--/g, '–')
    .replace(/``|''/g, '"')
    .replace(/~/g, ' ')
}
