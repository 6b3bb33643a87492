import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodePayload } from '../points/payload-codec.ts'
import { NO_POINTS } from '../points/point-columns.ts'
import { flipped } from '../testing/open-stored.ts'
import { encodeBody, sealEntry } from './entry-codec.ts'
import { BEGINNING, type LogRecord, type Position, replay, UNKNOWN_CHECKSUM } from './replay.ts'

const NUMBER = 7
const DIMS = new Map<string, number>()
const checksumOf = (record: Uint8Array) => new DataView(record.buffer, record.byteOffset).getUint32(12, true)

/** An entry that upserts one point, behind `previous`. */
function entryAt(lsn: number, previous: Pick<Position, 'lsn' | 'checksum'>, text = `${lsn}`): Uint8Array {
  const upserts = { ...NO_POINTS, ids: [lsn], payloads: [encodePayload({ text })] }
  const header = { collection: NUMBER, lsn, previous: previous.lsn, previousChecksum: previous.checksum, isStrict: true }
  return sealEntry({ ...header, firstOrdinal: lsn - 1, upsertCount: 1 }, encodeBody({ upserts, updates: [], deletes: [] }))
}

const fates = ['whole', 'damaged', 'missing', 'unreadable', 'another’s'] as const

/** What lies at one lsn, and whether the writer of the next one knew of it. */
interface Slot {
  readonly fate: (typeof fates)[number]
  /** Written, and given up by whoever wrote the next one that was not. */
  readonly isGivenUp: boolean
  /** Whoever wrote this could not read the one before. */
  readonly knewNoChecksum: boolean
}

const slot: fc.Arbitrary<Slot> = fc.record({
  fate: fc.oneof({ weight: 4, arbitrary: fc.constant('whole' as const) }, { weight: 3, arbitrary: fc.constantFrom(...fates) }),
  isGivenUp: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  knewNoChecksum: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
})

/** Writes a log slot by slot behind `base`, then lets each slot meet its fate. */
function written(slots: readonly Slot[], base: Position): LogRecord[] {
  let chain: Pick<Position, 'lsn' | 'checksum'> = base
  let aside: Pick<Position, 'lsn' | 'checksum'> | undefined
  const whole = slots.map(({ isGivenUp, knewNoChecksum }, i) => {
    const lsn = base.lsn + 1 + i
    const before = isGivenUp ? (aside ?? chain) : chain
    const record = entryAt(lsn, knewNoChecksum ? { ...before, checksum: UNKNOWN_CHECKSUM } : before)
    const now = { lsn, checksum: checksumOf(record) }
    if (isGivenUp) aside = now
    else {
      chain = now
      aside = undefined
    }
    return record
  })
  return slots.flatMap(({ fate }, i): LogRecord[] => {
    const lsn = base.lsn + 1 + i
    const record = whole[i]!
    if (fate === 'missing') return []
    if (fate === 'unreadable') return [{ lsn, bytes: undefined, isUnreadable: true }]
    if (fate === 'damaged') return [{ lsn, bytes: flipped(record, 20 + (i % 10)) }]
    return [{ lsn, bytes: fate === 'whole' ? record : entryAt(lsn + 1, { lsn, checksum: 0 }) }]
  })
}

/** What counts, told from how the log came to be. */
function expected(slots: readonly Slot[], base: Position) {
  const counts: boolean[] = []
  let nextCounts: Slot | undefined
  // What was given up stays so only as long as the one that gave it up can be read.
  for (let i = slots.length - 1; i >= 0; i--) {
    const slot = slots[i]!
    counts[i] = !slot.isGivenUp || nextCounts?.fate !== 'whole'
    if (!slot.isGivenUp) nextCounts = slot
  }
  const lsns = (test: (slot: Slot, i: number) => boolean) =>
    slots.flatMap((slot, i) => (counts[i] && test(slot, i) ? [base.lsn + 1 + i] : []))
  // A missing entry is missed only by one that names it.
  const isNamed = (i: number) => slots[counts.indexOf(true, i + 1)]?.fate === 'whole'
  const applied = lsns(({ fate }) => fate === 'whole')
  const lost = lsns(({ fate }, i) => fate === 'damaged' || fate === 'another’s' || (fate === 'missing' && isNamed(i)))
  const unreadable = lsns(({ fate }) => fate === 'unreadable')
  return { applied, lost, unreadable }
}

describe('of a log', () => {
  test('every whole entry counts that its writer’s followers knew, and every other is told', () => {
    fc.assert(
      fc.property(fc.array(slot, { maxLength: 12 }), fc.nat(3), (slots, baseLsn) => {
        const base: Position = baseLsn === 0 ? BEGINNING : { lsn: baseLsn, checksum: 4711, nextOrdinal: baseLsn }
        // Nobody has given up the last one: nobody came after it.
        const history = slots.map((slot, i) => (i === slots.length - 1 ? { ...slot, isGivenUp: false } : slot))
        const records = written(history, base)
        const before = Array.from({ length: baseLsn }, (_, i) => ({ lsn: i + 1, bytes: Uint8Array.of(1) }))
        const { applied, lost, unreadable } = expected(history, base)
        const { entries, end, ...rest } = replay([...before, ...records], base, NUMBER, DIMS)
        expect({ applied: entries.map(({ lsn }) => lsn), ...rest }).toEqual({ applied, lost, unreadable, followsBase: true })
        const last = records.at(-1)?.lsn ?? base.lsn
        expect(end.lsn).toBe(last)
        expect(end.nextOrdinal).toBe(applied.at(-1) ?? base.nextOrdinal)
        const lastRecord = records.at(-1)
        const isKnown = lastRecord === undefined || applied.at(-1) === last
        const known =
          lastRecord === undefined ? base.checksum : checksumOf((lastRecord.bytes as Uint8Array) ?? new Uint8Array(16))
        expect(end.checksum).toBe(isKnown ? known : UNKNOWN_CHECKSUM)
      }),
      { numRuns: 2000 },
    )
  })

  test('two entries that changed places are both lost, and nothing else', () => {
    const one = entryAt(1, BEGINNING)
    const two = entryAt(2, { lsn: 1, checksum: checksumOf(one) })
    const three = entryAt(3, { lsn: 2, checksum: checksumOf(two) })
    const records = [one, three, two].map((bytes, i) => ({ lsn: i + 1, bytes }))
    expect(replay(records, BEGINNING, NUMBER, DIMS)).toMatchObject({ entries: [{ lsn: 1 }], lost: [2, 3] })
  })

  test('a whole entry that is not the one that was followed is lost alone', () => {
    const one = entryAt(1, BEGINNING)
    const two = entryAt(2, { lsn: 1, checksum: checksumOf(one) })
    const three = entryAt(3, { lsn: 2, checksum: checksumOf(two) })
    const other = entryAt(2, { lsn: 1, checksum: checksumOf(one) }, 'another')
    const records = [one, other, three].map((bytes, i) => ({ lsn: i + 1, bytes }))
    expect(replay(records, BEGINNING, NUMBER, DIMS)).toMatchObject({ entries: [{ lsn: 1 }, { lsn: 3 }], lost: [2] })
  })

  test('an entry of another collection is no entry of this one', () => {
    const record = sealEntry(
      { collection: NUMBER + 1, lsn: 1, previous: 0, previousChecksum: 0, isStrict: true, firstOrdinal: 0, upsertCount: 0 },
      encodeBody({ upserts: NO_POINTS, updates: [], deletes: [] }),
    )
    expect(replay([{ lsn: 1, bytes: record }], BEGINNING, NUMBER, DIMS)).toMatchObject({ entries: [], lost: [1] })
  })
})

describe('a base', () => {
  const three = entryAt(3, { lsn: 2, checksum: 22 })
  const four = entryAt(4, { lsn: 3, checksum: checksumOf(three) })
  const records = [
    { lsn: 3, bytes: three },
    { lsn: 4, bytes: four },
  ]
  const follows = (base: Partial<Position>, log: readonly LogRecord[] = records) =>
    replay(log, { lsn: 2, checksum: 22, nextOrdinal: 2, ...base }, NUMBER, DIMS).followsBase

  test('is the log’s past where the first entry after it names it', () => {
    expect(follows({})).toBe(true)
    expect(follows({ lsn: 3, checksum: checksumOf(three) })).toBe(true)
    expect(follows({ lsn: 4, checksum: checksumOf(four) })).toBe(true)
    expect(follows({}, [])).toBe(true)
  })

  test('is not where that entry names another, by checksum or by lsn', () => {
    expect(follows({ checksum: 23 })).toBe(false)
    expect(follows({ lsn: 3, checksum: 1 })).toBe(false)
    // Its last entry was given up by whoever wrote the next.
    expect(follows({ lsn: 3, checksum: 33 }, [{ lsn: 4, bytes: entryAt(4, { lsn: 2, checksum: 22 }) }])).toBe(false)
  })

  test('may be where nothing readable says otherwise', () => {
    expect(follows({}, [{ lsn: 3, bytes: flipped(three, 30) }])).toBe(true)
    expect(follows({ lsn: 1, checksum: 1 })).toBe(true)
  })

  test('that was folded in without its last entry’s checksum is followed by whoever could read that entry', () => {
    expect(follows({ checksum: UNKNOWN_CHECKSUM })).toBe(true)
  })

  test('is followed by whoever could not read its last entry', () => {
    expect(follows({ lsn: 3, checksum: 33 }, [{ lsn: 4, bytes: entryAt(4, { lsn: 3, checksum: UNKNOWN_CHECKSUM }) }])).toBe(true)
  })
})
