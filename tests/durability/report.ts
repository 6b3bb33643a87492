import type { Configuration } from './configurations.ts'
import type { Tally } from './tally.ts'

const HEADS = [
  'configuration',
  'kills or cuts',
  'trials',
  'acknowledged',
  'lost',
  'torn',
  'longest loss',
  'broken',
  'told',
  'silent',
  'errors',
]

/** What was counted, as a Markdown table, with the commit. */
export function reportOf(tally: Tally, configurations: readonly Configuration[]): string {
  const rows = configurations.map(({ key, target }) => {
    const { ends, trials, acknowledged, lost, torn, longestLossMs, broken, told, silent, errors } = tally.counts(key)
    const longest = longestLossMs === 0 ? '–' : `${(longestLossMs / 1_000).toFixed(2)} s`
    return [key, `${ends} of ${target}`, trials, acknowledged, lost, torn, longest, broken, told, silent, errors].map(String)
  })
  const controls = Object.entries(tally.controls).map(([name, { acknowledged, lost, isCaught }]) => {
    return `- negative control, ${name}: ${lost} of ${acknowledged} lost${isCaught ? '' : ': NOT CAUGHT'}`
  })
  const sum = (mode: 'kill' | 'cut') =>
    configurations.filter((one) => one.mode === mode).reduce((total, { key }) => total + tally.counts(key).ends, 0)
  return [
    table([HEADS, ...rows]),
    '',
    ...controls,
    '',
    `${sum('kill')} kills and ${sum('cut')} power cuts at commit ${tally.commit}`,
  ].join('\n')
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = HEADS.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  const [head = [], ...body] = rows
  return [line(head), rule, ...body.map(line)].join('\n')
}
