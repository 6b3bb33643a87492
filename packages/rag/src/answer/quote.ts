import type { Span } from '@voisin/spec'
import type { Statement } from './rank-statements.ts'

/** UTF-16 code units of what is quoted, unless one statement alone has more; fewer where a letter says more. */
const MOST_QUOTED = 160
const MOST_UNSPACED = 90
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/**
 * What is quoted of a passage: a statement, with those beside it that have most to say, as long as it stays short. A row stands for itself.
 * @param ranked All of them.
 */
export function quoteOf(best: Statement, ranked: readonly Statement[]): Span {
  if (best.header !== undefined || best.isWhole) return best
  const text = best.passage.chunk.text
  const most = UNSPACED.test(text.slice(best.start, best.end)) ? MOST_UNSPACED : MOST_QUOTED
  const beside = new Map(
    ranked.flatMap((each) => (each.passage === best.passage && each.header === undefined ? [[each.index, each]] : [])),
  )
  let first = best
  let last = best
  for (;;) {
    const before = beside.get(first.index - 1)
    const behind = beside.get(last.index + 1)
    const next = [before, behind]
      .filter((each) => each !== undefined)
      .filter((each) => Math.max(each.end, last.end) - Math.min(each.start, first.start) <= most)
      .sort((a, b) => b.score - a.score)[0]
    if (next === undefined) return { start: first.start, end: last.end }
    if (next === before) first = next
    else last = next
  }
}
