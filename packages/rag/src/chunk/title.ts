// A title stands before every chunk below it: what is longer is text.
const LONGEST_HEADING = 1_000

const ATX_START = /^ {0,3}(#{1,6})[ \t]+/

/**
 * The level and the words of a line that is a heading (`## Title ##`), or undefined. What is read here may be one line of a megabyte,
 * so nothing below looks at a character more than a few times.
 */
export function headingOf(line: string): { readonly level: number; readonly title: string } | undefined {
  const start = ATX_START.exec(line)
  if (!start || line.length > LONGEST_HEADING || /[\u2028\u2029]/.test(line)) return undefined
  const title = plainTitle(withoutClosing(line.slice(start[0].length)))
  return title === '' ? undefined : { level: start[1]!.length, title }
}

/** Without the spaces, and the number signs after a space, that may end a heading. */
function withoutClosing(markup: string): string {
  const end = endWithout(markup, markup.length, ' \t')
  const mark = endWithout(markup, end, '#')
  const isClosing = mark < end && mark > 0 && ' \t'.includes(markup[mark - 1]!)
  return markup.slice(0, isClosing ? endWithout(markup, mark, ' \t') : end)
}

function endWithout(text: string, end: number, characters: string): number {
  let at = end
  while (at > 0 && characters.includes(text[at - 1]!)) at--
  return at
}

// Matches at every `[`, so that none is looked at twice; a link where the last parenthesis is there.
const LINK = /!?\[([^\]]*)(?:\](?:\([^)]*(\))?)?)?/g

/** A heading's words as a reader sees them: links by their text, no comments, no emphasis, no attributes. */
export function plainTitle(markup: string): string {
  const linked = withoutComments(markup).replace(LINK, (whole, text: string, closing?: string) => (closing ? text : whole))
  const marked = withoutAttributes(linked).replace(/(\*\*|__|`|~~)(.+?)\1/g, '$2')
  return withoutEmphasis(marked).replace(/\s+/g, ' ').trim()
}

function withoutComments(markup: string): string {
  let plain = ''
  let done = 0
  for (;;) {
    const start = markup.indexOf('<!--', done)
    const end = start < 0 ? -1 : markup.indexOf('-->', start + 4)
    if (end < 0) return plain + markup.slice(done)
    plain += `${markup.slice(done, start)} `
    done = end + 3
  }
}

/** Without `{#id}` or `{.class}` at the end. */
function withoutAttributes(markup: string): string {
  const trimmed = markup.trimEnd()
  if (!trimmed.endsWith('}')) return markup
  const from = trimmed.lastIndexOf('}', trimmed.length - 2) + 1
  const at = trimmed.slice(from).search(/\{[#.]/)
  return at < 0 ? markup : trimmed.slice(0, from + at).trimEnd()
}

/** `*so*` and `_so_`, within a line and not within a word. */
function withoutEmphasis(markup: string): string {
  return markup
    .split(/([\r\n\u2028\u2029])/)
    .map(withoutEmphasisOfLine)
    .join('')
}

function withoutEmphasisOfLine(line: string): string {
  const closing: Readonly<Record<string, RegExp>> = { '*': /\*(?![\p{L}\p{N}])/gu, _: /_(?![\p{L}\p{N}])/gu }
  // Where one mark finds no other that closes it, a later one will not.
  const unclosed = new Set<string>()
  let plain = ''
  let done = 0
  for (const { 0: mark, index } of line.matchAll(/(?<![\p{L}\p{N}])[*_]/gu)) {
    if (index < done || unclosed.has(mark)) continue
    closing[mark]!.lastIndex = index + 2
    const end = closing[mark]!.exec(line)?.index
    if (end === undefined) unclosed.add(mark)
    else {
      plain += line.slice(done, index) + line.slice(index + 1, end)
      done = end + 1
    }
  }
  return plain + line.slice(done)
}
