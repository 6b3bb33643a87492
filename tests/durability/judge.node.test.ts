import { describe, expect, test } from 'vitest'
import { collectionHistory } from './history/collection-history.ts'
import type { Found, History, State } from './history/history.ts'
import { libraryHistory, relaxedHistory } from './history/library-history.ts'
import { type Evidence, judge } from './judge.ts'

const LAST = 40
/** Heard one after the other, 100 ms apart; the end comes 100 ms after the last. */
const acknowledged = new Map(Array.from({ length: LAST + 1 }, (_, number) => [number, number * 100]))
const endedAt = (LAST + 1) * 100

function stateAfter(history: History, numbers: Iterable<number>): State {
  const state: State = new Map()
  for (const number of numbers) history.apply(state, number)
  return state
}

const upTo = (last: number, except = -1) => Array.from({ length: last + 1 }, (_, i) => i).filter((number) => number !== except)

function verdictOn(history: History, state: State, more: Partial<Evidence> = {}, damaged: Found['damaged'] = []) {
  const found: Found = { entries: [...state], damaged, problems: [], dataState: 'intact', notices: [] }
  return judge({ history, before: new Map(), from: 0, acknowledged, endedAt, found, allowedMs: 0, ...more })
}

describe('what is found is held against what was acknowledged', () => {
  const collection = collectionHistory(7, 'small')
  const library = libraryHistory(7)

  test('all of it, with or without the write in flight', () => {
    for (const last of [LAST, LAST + 1]) {
      expect(verdictOn(collection, stateAfter(collection, upTo(last)))).toMatchObject({ lost: 0, torn: 0, kept: true })
    }
  })

  test('a write that was never asked for is torn', () => {
    const state = stateAfter(relaxedHistory, upTo(LAST + 3))
    expect(verdictOn(relaxedHistory, state)).toMatchObject({ kept: false, torn: 1 })
  })

  test('the last writes are lost', () => {
    const state = stateAfter(collection, upTo(LAST - 5))
    expect(verdictOn(collection, state)).toMatchObject({ lost: 5, torn: 0, longestLossMs: 500, kept: false })
    expect(verdictOn(collection, state, { allowedMs: 3_000 })).toMatchObject({ lost: 5, kept: true })
    expect(verdictOn(collection, state, { allowedMs: 300 })).toMatchObject({ lost: 5, kept: false })
  })

  test('a hole is torn, whatever may be lost', () => {
    const state = stateAfter(relaxedHistory, upTo(LAST, LAST - 1))
    expect(verdictOn(relaxedHistory, state, { allowedMs: 3_000 })).toMatchObject({ torn: 1, lost: 1, kept: false })
  })

  test('a point that came back is told', () => {
    const history: History = { ...collection, apply: (s, n) => void (n % 2 === 0 ? s.set('1', `${n}/0`) : s.delete('1')) }
    const verdict = verdictOn(history, new Map([['1', '38/0']]), { acknowledged: new Map([...acknowledged].slice(0, 40)) })
    expect(verdict).toMatchObject({ kept: false, lost: 1, torn: 0 })
    expect(verdict.differences[0]).toContain('39')
  })

  test('of several documents in flight some may be there; of several points none', () => {
    const number = upTo(200).find((n) => {
      const before = stateAfter(library, upTo(n - 1))
      const after = stateAfter(library, upTo(n))
      return [...after].filter(([key, value]) => before.get(key) !== value).length > 1
    }) as number
    const heard = new Map(upTo(number - 1).map((n) => [n, 0]))
    const half = stateAfter(library, upTo(number - 1))
    half.set([...stateAfter(library, upTo(number))].find(([key, value]) => half.get(key) !== value)?.[0] as string, `${number}`)
    expect(verdictOn(library, half, { acknowledged: heard })).toMatchObject({ torn: 0, lost: 0, kept: true })
    expect(verdictOn({ ...library, atomic: true }, half, { acknowledged: heard })).toMatchObject({ torn: 1, kept: false })
  })

  test('a damaged document is torn, or as lost as it is old where loss is allowed', () => {
    const state = stateAfter(library, upTo(LAST))
    const [key, value] = [...state].at(-1) as [string, string]
    const damaged = [[key, 'its word is not found']] as const
    expect(verdictOn(library, state, {}, damaged)).toMatchObject({ torn: 1, kept: false })
    const verdict = verdictOn(library, state, { allowedMs: 10_000 }, damaged)
    expect(verdict).toMatchObject({ torn: 0, lost: 1, longestLossMs: endedAt - Number(value) * 100, kept: true })
    expect(verdict.damaged).toEqual([[key, value]])
  })
})
