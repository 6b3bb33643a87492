// Holds what was found after a kill or a cut against what was acknowledged before it.
import type { Found, History, State } from './history/history.ts'

export interface Evidence {
  readonly history: History
  /** What was there before the first of these writes. */
  readonly before: State
  /** Number of the first write of this life. */
  readonly from: number
  /** When each acknowledgement was heard, in ms of the harness's clock; those of earlier lives too. */
  readonly acknowledged: ReadonlyMap<number, number>
  /** When the power was cut or the browser killed, by the same clock. */
  readonly endedAt: number
  readonly found: Found
  /** How old an acknowledged write may be and yet be lost, in ms: 0 where nothing may be lost. */
  readonly allowedMs: number
}

export interface Verdict {
  /** Acknowledged writes that are not there. */
  readonly lost: number
  /** What is there neither as before a write nor as after it. */
  readonly torn: number
  /** From the acknowledgement of the oldest lost write to the end, in ms; 0 when nothing is lost. */
  readonly longestLossMs: number
  /** Whether the promise was kept. */
  readonly kept: boolean
  /** What is there now, and what the next life goes on from. */
  readonly state: State
  /** Number of the first write of the next life: none that may have been in flight is used again. */
  readonly next: number
  /** The first differences, in words. Empty when everything is there. */
  readonly differences: readonly string[]
  /** Keys that are to be written again, with their values: what may be damaged where loss is allowed. */
  readonly damaged: readonly (readonly [key: string, value: string])[]
}

const SHOWN = 12

export function judge(evidence: Evidence): Verdict {
  const { history, from, acknowledged, endedAt, found, allowedMs } = evidence
  const here = [...acknowledged.keys()].filter((number) => number >= from)
  const last = Math.max(from - 1, ...here)
  const age = (number: number) => {
    const heardAt = acknowledged.get(number)
    return heardAt === undefined ? 0 : endedAt - heardAt
  }
  const state: State = new Map(found.entries)
  const next = last + 1 + reach(history)
  const differences = [...found.problems]
  let lost = 0
  let torn = found.problems.length
  let longestLossMs = 0

  const prefix = longestPrefix(evidence, state, last)
  if (prefix === undefined) {
    torn++
    const missing = missingWrites(evidence, state, last)
    lost += missing.writes.size
    longestLossMs = Math.max(0, ...[...missing.writes].map(age))
    differences.push(...missing.differences)
  } else if (prefix < last) {
    lost += last - prefix
    longestLossMs = age(prefix + 1)
    differences.push(
      `writes ${prefix + 1} to ${last} of ${from} to ${last} are lost, the oldest ${Math.round(longestLossMs)} ms old`,
    )
  }

  const damagedWrites = new Set<number>()
  const isLossAllowed = allowedMs > 0
  for (const [key, what] of found.damaged) {
    differences.push(`${key} (${state.get(key)}): ${what}`)
    const number = Number.parseInt(state.get(key) ?? '', 10)
    if (!isLossAllowed) torn++
    else if (acknowledged.has(number)) damagedWrites.add(number)
  }
  lost += damagedWrites.size
  longestLossMs = Math.max(longestLossMs, ...[...damagedWrites].map(age))

  return {
    lost,
    torn,
    longestLossMs,
    kept: torn === 0 && (lost === 0 || longestLossMs < allowedMs),
    state,
    next,
    differences: differences.slice(0, SHOWN),
    damaged: found.damaged.flatMap(([key]) => (state.has(key) ? [[key, state.get(key) as string] as const] : [])),
  }
}

/** How many writes after the last one heard of may have begun: each may have been acknowledged at the very end, unheard. */
function reach(history: History): number {
  return 2 * history.depth
}

/** Number of the last write of the longest row of writes that leaves exactly what was found; undefined where none does. */
function longestPrefix({ history, before, from }: Evidence, found: State, last: number): number | undefined {
  const end = last + reach(history)
  const state: State = new Map(before)
  let longest: number | undefined
  for (let number = from - 1; number <= end; number++) {
    if (number >= from) history.apply(state, number)
    const isPartOfNext = () => {
      if (history.atomic || number === end) return false
      const after = new Map(state)
      history.apply(after, number + 1)
      return isBetween(found, state, after)
    }
    if (isSame(found, state) || isPartOfNext()) longest = number
    // Writes that change nothing count as there.
  }
  return longest
}

function isSame(a: State, b: State): boolean {
  if (a.size !== b.size) return false
  for (const [key, value] of a) if (b.get(key) !== value) return false
  return true
}

/** Whether each key is as before or as after. */
function isBetween(found: State, before: State, after: State): boolean {
  for (const key of new Set([...found.keys(), ...before.keys(), ...after.keys()])) {
    const value = found.get(key)
    if (value !== before.get(key) && value !== after.get(key)) return false
  }
  return true
}

/** Of a state that no row of writes leaves: the acknowledged writes whose effect is not there. */
function missingWrites({ history, before, from }: Evidence, found: State, last: number) {
  const expected: State = new Map(before)
  const writer = new Map<string, number>()
  const step = (number: number) => {
    const old = new Map(expected)
    history.apply(expected, number)
    for (const key of new Set([...old.keys(), ...expected.keys()])) {
      if (old.get(key) !== expected.get(key)) writer.set(key, number)
    }
  }
  for (let number = from; number <= last; number++) step(number)
  const required = new Map(expected)
  const requiredWriter = new Map(writer)
  for (let number = last + 1; number <= last + reach(history); number++) step(number)

  const writes = new Set<number>()
  const differences: string[] = []
  for (const key of new Set([...required.keys(), ...found.keys(), ...expected.keys()])) {
    const value = found.get(key)
    const wanted = required.get(key)
    if (value === wanted) continue
    const inFlight = value === expected.get(key)
    const number = requiredWriter.get(key)
    if (!inFlight && number !== undefined) writes.add(number)
    const says = inFlight ? 'in flight' : `last changed by write ${number ?? 'of an earlier life'}`
    differences.push(`${key}: found ${value ?? 'nothing'}, expected ${wanted ?? 'nothing'} (${says})`)
  }
  return { writes, differences }
}
