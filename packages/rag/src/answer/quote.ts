import type { Span } from '@voisin/spec'
import { ANNOUNCING, type Statement } from './rank-statements.ts'

/** UTF-16 code units of what is quoted, unless one statement alone has more; fewer where a letter says more. */
const MOST_QUOTED = 160
/** With one beside it, where it is shorter than that. */
const LONGEST_NEIGHBOURS = 240
const MOST_UNSPACED = 90
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** As long as that may be what a statement announces. */
const MOST_ANNOUNCED = 400

/**
 * What is quoted of a passage: a statement, with those beside it that have most to say, as long as it stays short. A row stands for itself; what announces
 * something brings it along.
 * @param ranked All of them.
 */
export function quoteOf(best: Statement, ranked: readonly Statement[]): Span {
  const text = best.passage.chunk.text
  if (best.header !== undefined) return best
  if (ANNOUNCING.test(text.slice(best.start, best.end))) return withAnnounced(best, ranked)
  if (best.isWhole) return best
  const isUnspaced = UNSPACED.test(text.slice(best.start, best.end))
  const most = isUnspaced ? MOST_UNSPACED : MOST_QUOTED
  const mostOfTwo = isUnspaced ? MOST_UNSPACED : LONGEST_NEIGHBOURS
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
      .filter((each) => Math.max(each.end, last.end) - Math.min(each.start, first.start) <= (first === last ? mostOfTwo : most))
      .sort((a, b) => b.score - a.score)[0]
    if (next === undefined) return { start: first.start, end: last.end }
    if (next === before) first = next
    else last = next
  }
}

function withAnnounced(best: Statement, ranked: readonly Statement[]): Span {
  const behind = ranked
    .filter(({ passage, index }) => passage === best.passage && index > best.index)
    .sort((a, b) => a.index - b.index)
  let { end } = best
  for (const next of behind) {
    if (next.end - best.start > MOST_ANNOUNCED) break
    end = next.end
  }
  return { start: best.start, end }
}
