import { checkOutEarlier, doorsOf } from './earlier.mjs'
import { median } from './median.mjs'
import { openPage } from './open-page.mjs'

/** What a row says of what it measures; everything else that is a number was measured. */
const GIVEN = new Set(['n', 'dim', 'k', 'rounds', 'batchPoints'])
const COLUMNS = ['measured', 'what', 'now', 'before', 'ratio', 'rounds']

/**
 * A suite of the store or the library as it is now and as it was at an earlier commit: both built by the same tools into the same page, in a
 * browser each, a round of one and a round of the other in turn. Every figure is the median of its rounds.
 */
export async function runBeside(commit, suite, { rounds = 7, ...options }) {
  const plugins = [doorsOf(await checkOutEarlier(commit))]
  const pages = []
  try {
    for (const [name, extra] of [
      ['now', []],
      ['before', plugins],
    ]) {
      pages.push({ name, ...(await openPage({ isBuilt: true, name, plugins: extra })), figures: new Map() })
    }
    for (let round = 1; round <= rounds; round++) {
      for (const { name, page, figures } of pages) {
        console.error(`  round ${round} of ${rounds}: ${name}`)
        const { rows } = await page.evaluate(
          ([what, chosen]) => window.voisinBench(what, chosen),
          [suite, { ...options, rounds: 1 }],
        )
        for (const row of rows) take(row, figures)
      }
    }
    const [now, before] = pages
    return { rows: compared(now.figures, before.figures, rounds), columns: COLUMNS, browser: now.browser }
  } finally {
    for (const { close } of pages) await close()
  }
}

function take(row, figures) {
  const what = Object.values(row).filter((value) => typeof value === 'string' && value.length < 40)
  for (const [measured, value] of Object.entries(row)) {
    if (typeof value !== 'number' || GIVEN.has(measured) || measured.endsWith('Ratio')) continue
    const key = JSON.stringify([what.join(', '), measured])
    figures.set(key, [...(figures.get(key) ?? []), value])
  }
}

function compared(now, before, rounds) {
  return [...now].map(([key, values]) => {
    const [what, measured] = JSON.parse(key)
    const other = before.get(key)
    const mine = median(values)
    const figure = { what, measured, now: Number(mine.toPrecision(4)) }
    if (other === undefined) return { ...figure, before: '–', rounds }
    const theirs = median(other)
    const ratio = theirs === 0 ? undefined : Number((mine / theirs).toPrecision(3))
    return { ...figure, before: Number(theirs.toPrecision(4)), ratio, rounds }
  })
}
