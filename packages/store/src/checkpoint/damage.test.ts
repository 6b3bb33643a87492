import { describe, expect, onTestFinished, test } from 'vitest'
import { blocksOf, inBlocks, kindOf, note, notes, PAYLOADS, stored } from '../testing/notes.ts'
import { collect, flipped, lookInto, openStored, type Records, tempDatabase, underneath } from '../testing/open-stored.ts'
import { openManifest } from './manifest.ts'

type Store = 'blocks' | 'manifests'
type Damage = (records: Records, store: Store, key: readonly number[]) => Promise<void>

const DAMAGES: readonly (readonly [string, Damage])[] = [
  ['altered', async (records, store, key) => records.put(store, key, flipped(await records.get(store, key), 40))],
  ['cut off', async (records, store, key) => records.put(store, key, (await records.get(store, key)).slice(0, 50))],
  ['missing', async (records, store, key) => records.delete(store, key)],
]
const HEAD = 0
const BODY = 1

const withoutVectors = (points: readonly ReturnType<typeof note>[] | ReturnType<typeof notes>) =>
  points.map(({ id, payload }) => ({ id, payload }))

/** Goes on with a collection: one more note, folded in. */
async function goOn(database: string, id: number, lsn: number): Promise<void> {
  const collection = await openStored(database)
  expect(await collection.upsert([note(id)])).toEqual({ lsn })
  expect(await collection.checkpoint()).toBe('done')
  expect((await collection.status()).checkpointLsn).toBe(lsn)
  await collection.close()
}

describe.each(DAMAGES)('a block that is %s', (_, damage) => {
  test.each([
    ['payloads', 0],
    ['vectors', 1],
  ] as const)('costs nothing where only the newest manifest names it: %s', async (_, kind) => {
    const { database, added } = await inBlocks(2, onTestFinished)
    await underneath(database, (records) => damage(records, 'blocks', [added[1]![kind], BODY]))
    expect(await lookInto(database)).toMatchObject({ points: notes(10), dataState: 'intact', notices: [] })
    await goOn(database, 10, 3)
    expect(await lookInto(database)).toMatchObject({ points: notes(11), dataState: 'intact' })
  })

  test('costs nothing while the log still goes back to the beginning', async () => {
    const { database, added } = await inBlocks(1, onTestFinished)
    await underneath(database, (records) => damage(records, 'blocks', [added[0]![0], BODY]))
    expect(await lookInto(database)).toMatchObject({ points: notes(5), dataState: 'intact', notices: [] })
  })

  test('costs nothing where only its head is', async () => {
    const { database, added } = await inBlocks(3, onTestFinished)
    await underneath(database, async (records) => {
      for (const ids of added) for (const id of ids) await damage(records, 'blocks', [id, HEAD])
    })
    expect(await lookInto(database)).toMatchObject({ points: notes(15), dataState: 'intact', notices: [] })
  })

  test('costs its own points where nothing else has them, says so, works on, and gives them back when it can be read again', async () => {
    const { database, added } = await inBlocks(3, onTestFinished)
    const key = [added[0]![0], BODY]
    const record = await underneath(database, (records) => records.get('blocks', key))
    await underneath(database, (records) => damage(records, 'blocks', key))
    expect(await lookInto(database)).toMatchObject({ points: notes(10, 5), dataState: 'partial', notices: ['data-loss'] })

    const collection = await openStored(database)
    expect(await collection.retrieve([0, 5])).toEqual([undefined, { id: 5, payload: { text: 'note 5' } }])
    await collection.upsert([note(20), note(1, 'written anew')])
    await collection.delete([6])
    await collection.checkpoint()
    await collection.upsert([note(21)])
    await collection.checkpoint()
    await collection.close()
    const left = [note(5), ...notes(8, 7), note(20), note(1, 'written anew'), note(21)]
    expect(await lookInto(database)).toMatchObject({ points: left, dataState: 'partial' })

    await underneath(database, (records) => records.put('blocks', key, record))
    const { points, dataState, notices } = await lookInto(database)
    expect([dataState, notices]).toEqual(['intact', []])
    expect(new Map(points.map(({ id, payload }) => [id, payload.text]))).toEqual(
      new Map([note(0), ...notes(3, 2), ...left].map(({ id, payload }) => [id, payload.text])),
    )
  })

  test('costs vectors alone where it holds vectors', async () => {
    const { database, added } = await inBlocks(3, onTestFinished)
    const key = [added[0]![1], BODY]
    const record = await underneath(database, (records) => records.get('blocks', key))
    await underneath(database, (records) => damage(records, 'blocks', key))
    const expected = [...withoutVectors(notes(5)), ...notes(10, 5)]
    expect(await lookInto(database)).toEqual({ points: expected, dataState: 'partial', lsn: 3, notices: ['data-loss'] })
    await goOn(database, 15, 4)
    expect(await lookInto(database)).toMatchObject({ points: [...expected, note(15)], dataState: 'partial' })
    await underneath(database, (records) => records.put('blocks', key, record))
    expect(await lookInto(database)).toMatchObject({ points: notes(16), dataState: 'intact', notices: [] })
  })
})

test('a whole block of another one’s place is damage too', async () => {
  const { database, added } = await inBlocks(3, onTestFinished)
  await underneath(database, async (records) =>
    records.put('blocks', [added[0]![0], BODY], await records.get('blocks', [added[1]![0], BODY])),
  )
  expect(await lookInto(database)).toMatchObject({ points: notes(10, 5), dataState: 'partial', notices: ['data-loss'] })
})

describe('a manifest', () => {
  test('one copy of which is damaged at any byte costs nothing, and the next checkpoint makes it whole', async () => {
    const { database } = await inBlocks(2, onTestFinished)
    for (const copy of [0, 1]) {
      const key = [2, copy]
      const record = await underneath(database, (records) => records.get('manifests', key))
      for (let at = 0; at < 400; at += 37) {
        await underneath(database, (records) => records.put('manifests', key, flipped(record, at)))
        expect(await lookInto(database), `byte ${at}`).toMatchObject({ points: notes(10), dataState: 'intact', notices: [] })
      }
      await underneath(database, (records) => records.put('manifests', key, record))
    }
    await underneath(database, (records) => records.delete('manifests', [2, 0]))
    const collection = await openStored(database)
    expect(await collection.checkpoint()).toBe('done')
    await collection.close()
    expect(await underneath(database, (records) => records.keys('manifests'))).toEqual([
      [2, 1],
      [3, 0],
      [3, 1],
    ])
    expect(await lookInto(database)).toMatchObject({ points: notes(10), dataState: 'intact' })
  })

  test.each(DAMAGES)(
    'both copies of which are %s costs nothing: the one before it and the log have it all',
    async (_, damage) => {
      const { database } = await inBlocks(3, onTestFinished)
      await underneath(database, async (records) => {
        for (const copy of [0, 1]) await damage(records, 'manifests', [3, copy])
      })
      expect(await lookInto(database)).toMatchObject({ points: notes(15), dataState: 'intact', notices: [] })
      await goOn(database, 15, 4)
      expect(await lookInto(database)).toMatchObject({ points: notes(16), dataState: 'intact', notices: [] })
    },
  )

  test.each(DAMAGES)(
    'every copy of every one of which is %s: what there is is put together again, and that is told',
    async (_, damage) => {
      const { database } = await inBlocks(3, onTestFinished)
      const collection = await openStored(database)
      await collection.upsert([note(2, 'newer'), note(30)])
      await collection.close()
      await underneath(database, async (records) => {
        for (const key of await records.keys('manifests')) await damage(records, 'manifests', key)
      })
      const expected = new Map([...notes(15), note(2, 'newer'), note(30)].map(({ id, payload }) => [id, payload.text]))
      const { points, dataState, notices } = await lookInto(database)
      expect(new Map(points.map(({ id, payload }) => [id, payload.text]))).toEqual(expected)
      expect(points.every(({ id, vector }) => vector?.[0] === id)).toBe(true)
      expect([dataState, notices]).toEqual(['partial', ['data-loss']])
      await goOn(database, 31, 5)
      const again = await lookInto(database)
      expect(new Map(again.points.map(({ id, payload }) => [id, payload.text]))).toEqual(expected.set(31, 'note 31'))
      expect([again.dataState, again.notices]).toEqual(['intact', []])
    },
  )

  test('that changed places with the one before it costs nothing that blocks and log hold', async () => {
    const { database } = await inBlocks(3, onTestFinished)
    await underneath(database, async (records) => {
      for (const copy of [0, 1]) {
        const [older, newer] = [await records.get('manifests', [2, copy]), await records.get('manifests', [3, copy])]
        await records.put('manifests', [2, copy], newer)
        await records.put('manifests', [3, copy], older)
      }
    })
    expect((await lookInto(database)).points).toEqual(notes(15))
  })

  test('that is gone with all blocks and entries leaves nothing, and that is told', async () => {
    const { database } = await inBlocks(2, onTestFinished)
    await underneath(database, async (records) => {
      for (const store of ['manifests', 'blocks', 'entries'] as const) {
        for (const key of await records.keys(store)) await records.put(store, key, flipped(await records.get(store, key), 40))
      }
    })
    const { points, dataState, notices } = await lookInto(database)
    expect([points, dataState, new Set(notices)]).toEqual([[], 'lost', new Set(['data-loss'])])
  })

  test('is kept with the one before it, and blocks that neither names are swept', async () => {
    const database = tempDatabase(onTestFinished)
    const collection = await openStored(database)
    for (let i = 0; i < 12; i++) {
      await collection.upsert(notes(20))
      await collection.checkpoint()
    }
    await collection.close()
    expect(await underneath(database, (records) => records.keys('manifests'))).toEqual([
      [11, 0],
      [11, 1],
      [12, 0],
      [12, 1],
    ])
    expect(await underneath(database, (records) => records.keys('entries'))).toEqual([[12]])
    // Twenty notes are in four blocks of payloads and three of vectors: those of the last few checkpoints are there, not of all twelve.
    expect((await underneath(database, blocksOf)).length).toBeLessThanOrEqual(4 * 8)
    expect(await lookInto(database)).toMatchObject({ points: notes(20), dataState: 'intact' })
  })
})

describe('a purge', () => {
  test('leaves one manifest, twice, what it names, and nothing else', async () => {
    const database = await stored(onTestFinished, 5, 'checkpoint', 40, 'checkpoint', 5, 'checkpoint', 'purge')
    await underneath(database, async (records) => {
      expect(await records.keys('manifests')).toEqual([
        [3, 0],
        [3, 1],
      ])
      expect(await records.keys('entries')).toEqual([])
    })
    expect(await lookInto(database)).toMatchObject({ points: notes(50), dataState: 'intact' })
    const collection = await openStored(database)
    await collection.delete({ filter: { $id: { $in: notes(50).map(({ id }) => id) } } } as never)
    await collection.vacuum()
    await collection.close()
    expect(await underneath(database, blocksOf)).toEqual([])
    expect(await lookInto(database)).toMatchObject({ points: [], dataState: 'intact', lsn: 4 })
  })

  test('changes nothing where the newest manifest has only one whole copy', async () => {
    const { database } = await inBlocks(2, onTestFinished)
    await underneath(database, async (records) =>
      records.put('manifests', [2, 1], flipped(await records.get('manifests', [2, 1]), 30)),
    )
    const before = await underneath(database, async (records) => [await records.keys('entries'), await records.keys('blocks')])
    const collection = await openStored(database)
    await collection.local.purge()
    await collection.close()
    const after = await underneath(database, async (records) => [await records.keys('entries'), await records.keys('blocks')])
    expect(after).toEqual(before)
  })

  test('after a checkpoint leaves a deleted or replaced text in no record', async () => {
    const database = tempDatabase(onTestFinished)
    const collection = await openStored(database)
    const secret = 'extraordinarily secret'
    await collection.upsert([...notes(8), note(8, `${secret} 1`), ...notes(3, 9)])
    await collection.upsert([note(20, `${secret} 2`)])
    await collection.upsert(notes(40, 30).map((point, i) => (i === 17 ? note(47, `${secret} 3`) : point)))
    await collection.checkpoint()
    expect(await findText(database, secret)).not.toEqual([])
    await collection.delete([8, 20, 47])
    await collection.checkpoint()
    await collection.local.purge()
    expect(await findText(database, secret)).toEqual([])
    await collection.close()
    expect((await lookInto(database)).points).toHaveLength(50)
  })

  test('leaves nothing of blocks that only manifests before the last two named', async () => {
    const database = tempDatabase(onTestFinished)
    const collection = await openStored(database)
    await collection.upsert([note(0, 'extraordinarily secret')])
    await collection.checkpoint()
    await collection.upsert([note(1)])
    await collection.checkpoint()
    await collection.delete([0])
    await collection.vacuum()
    await collection.close()
    expect(await findText(database, 'extraordinarily secret')).toEqual([])
    await underneath(database, async (records) => {
      const named = openManifest(await records.get('manifests', [3, 0]), records.number, 3).blocks.map(
        ({ reference }) => reference.id,
      )
      expect((await blocksOf(records)).toSorted()).toEqual(named.toSorted())
    })
  })

  test('of a vacuum leaves a text that was only replaced in no record either', async () => {
    const database = tempDatabase(onTestFinished)
    const collection = await openStored(database)
    await collection.upsert([...notes(30), note(30, 'extraordinarily secret')])
    await collection.checkpoint()
    await collection.update([30], { text: 'harmless' })
    await collection.vacuum()
    expect(await findText(database, 'extraordinarily secret')).toEqual([])
    expect(await collect(collection.scroll())).toHaveLength(31)
    await collection.close()
  })
})

/** Where a text still lies. */
async function findText(database: string, text: string): Promise<string[]> {
  const decoder = new TextDecoder('latin1')
  return await underneath(database, async (records) => {
    const found: string[] = []
    for (const store of ['entries', 'blocks', 'manifests'] as const) {
      for (const key of await records.keys(store)) {
        if (decoder.decode(await records.get(store, key)).includes(text)) found.push(`${store} ${key}`)
      }
    }
    return found
  })
}

test('a tab that has everything goes on after one that folded without what it could not read', async () => {
  const database = tempDatabase(onTestFinished)
  const options = { blockBytes: { payloads: 200, vectors: 1000 }, largeWriteBytes: 1e9 }
  const whole = await openStored(database, options)
  // Twice, so that nothing older has them.
  for (const first of [0, 15]) {
    await whole.upsert(notes(15, first))
    await whole.checkpoint()
  }
  await whole.local.purge()
  const key = await underneath(database, async (records) => {
    const kinds = new Map<number, number>()
    for (const id of await blocksOf(records)) kinds.set(id, await kindOf(records, id))
    return [[...kinds].filter(([, kind]) => kind === PAYLOADS)[2]![0], BODY]
  })
  const record = await underneath(database, (records) => records.get('blocks', key))
  await underneath(database, (records) => records.put('blocks', key, flipped(record, 40)))
  const partial = await openStored(database, options)
  expect((await partial.status()).dataState).toBe('partial')
  await partial.upsert([note(30)])
  expect(await partial.checkpoint()).toBe('done')
  await whole.catchUp()
  expect(await whole.checkpoint()).toBe('done')
  expect(await whole.count()).toBe(31)
  await whole.close()
  await partial.close()
  const lost = 30 - (await lookInto(database)).points.length + 1
  expect(lost).toBeGreaterThan(0)
  expect(lost).toBeLessThan(10)
  // What was folded by both is one whole when the block can be read again.
  await underneath(database, (records) => records.put('blocks', key, record))
  expect(await lookInto(database)).toMatchObject({ points: notes(31), dataState: 'intact', notices: [] })
})
