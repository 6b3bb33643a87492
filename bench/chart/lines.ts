import type { Row } from '../suite.ts'

/** A setting that was measured. */
export interface Dot {
  readonly ef: number
  readonly recall: number
  readonly micros: number
}

/** What one way of searching costs at each recall. */
export interface Line {
  readonly name: string
  readonly dots: readonly Dot[]
}

/** A line for each engine and mode that was measured at several ef, in the order of the rows. */
export function linesOf(rows: readonly Row[]): Line[] {
  const dots = new Map<string, Dot[]>()
  for (const { row, engine, mode, ef, recall, cpuMicrosPerQuery: micros } of rows) {
    if (row !== 'search' || typeof ef !== 'number' || typeof recall !== 'number' || typeof micros !== 'number') continue
    if (!(micros > 0)) continue
    const name = `${engine} ${mode}`
    dots.set(name, [...(dots.get(name) ?? []), { ef, recall, micros }])
  }
  return Array.from(dots, ([name, made]) => ({ name, dots: made.toSorted((a, b) => a.ef - b.ef) }))
}
