import type { PointId } from '@voisin/spec'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { collect, flipped, openStored, type StoredCollection, underneath } from '../testing/open-stored.ts'

// One tab is open from the beginning and has read every entry before it is damaged or folded: what it has must be what all have in the
// end, whatever the others, who lack some of it, write and fold meanwhile.

const OTHERS = 2
const deaf = { openChannel: () => ({ post() {}, close() {} }) }
// Enough for blocks that nobody would write anew.
const id = fc.integer({ min: 1, max: 9 })
const text = fc.constantFrom('cats', 'dogs', 'cats and dogs', 'birds')
const tab = fc.integer({ min: 0, max: OTHERS })
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ by: tab, upsert: fc.array(id, { minLength: 1, maxLength: 7 }), text }) },
  { weight: 2, arbitrary: fc.record({ update: id, text }) },
  { weight: 2, arbitrary: fc.record({ delete: id }) },
  { weight: 4, arbitrary: fc.record({ damage: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ open: fc.integer({ min: 1, max: OTHERS }) }) },
  { weight: 2, arbitrary: fc.record({ checkpoint: tab }) },
  { weight: 1, arbitrary: fc.record({ vacuum: fc.integer({ min: 1, max: OTHERS }) }) },
  { weight: 1, arbitrary: fc.record({ hears: tab }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

async function shown(tab: StoredCollection): Promise<Map<PointId, unknown>> {
  const points = await collect(tab.scroll({ consistency: 'latest', withVector: true }))
  return new Map(points.map(({ id, payload, vector }) => [id, [payload.text, vector![0]]]))
}

class Life {
  readonly #database: string
  readonly #tabs: (StoredCollection | undefined)[]
  readonly #model = new Map<PointId, [text: string, x: number]>()
  #writes = 0

  constructor(database: string, whole: StoredCollection) {
    this.#database = database
    this.#tabs = [whole]
  }

  get #whole(): StoredCollection {
    return this.#tabs[0]!
  }

  async make(step: Step): Promise<void> {
    if ('upsert' in step) {
      const x = ++this.#writes
      const ids = [...new Set(step.upsert)]
      const points = ids.map((id) => ({ id, vector: Float32Array.of(x, 0, 0), payload: { text: step.text } }))
      await this.#tabs[step.by]?.upsert(points)
      if (this.#tabs[step.by] !== undefined) for (const id of ids) this.#model.set(id, [step.text, x])
    } else if ('update' in step) {
      if (!this.#model.has(step.update)) return
      await this.#whole.update([step.update], { text: step.text })
      this.#model.set(step.update, [step.text, this.#model.get(step.update)![1]])
    } else if ('delete' in step) {
      await this.#whole.delete([step.delete])
      this.#model.delete(step.delete)
    } else if ('damage' in step) {
      await this.#damage(step.damage)
    } else if ('open' in step) {
      await this.#tabs[step.open]?.close()
      this.#tabs[step.open] = await openStored(this.#database, { world: deaf })
    } else if ('checkpoint' in step) {
      await this.#whole.catchUp()
      await this.#tabs[step.checkpoint]?.checkpoint()
    } else if ('vacuum' in step) {
      await this.#whole.catchUp()
      await this.#tabs[step.vacuum]?.vacuum()
    } else {
      await this.#tabs[step.hears]?.local.heardOfFold()
    }
  }

  /** All hear of all; then each shows, finds and, opened again, has what the first one has. */
  async expectOne(): Promise<void> {
    for (let round = 0; round < 2; round++) {
      for (const tab of this.#open()) {
        await tab.catchUp()
        await tab.checkpoint()
        for (const other of this.#open()) await other.local.heardOfFold()
      }
    }
    this.#tabs.push(await openStored(this.#database, { world: deaf }))
    for (const tab of this.#open()) {
      expect(await shown(tab)).toEqual(this.#model)
      const cats = await tab.query({ text: 'cats', limit: 20 })
      expect(new Set(cats.map(({ id }) => id))).toEqual(this.#having('cats'))
    }
    for (const tab of this.#open()) await tab.close()
    const after = await openStored(this.#database)
    this.#tabs.push(after)
    expect(await shown(after)).toEqual(this.#model)
    expect((await after.status()).dataState).toBe('intact')
  }

  async end(): Promise<void> {
    for (const tab of this.#tabs) await tab?.close()
  }

  #open(): StoredCollection[] {
    return this.#tabs.filter((tab) => tab !== undefined)
  }

  #having(word: string): Set<PointId> {
    return new Set([...this.#model].filter(([, [text]]) => text.includes(word)).map(([id]) => id))
  }

  async #damage(which: number): Promise<void> {
    await this.#whole.catchUp()
    await underneath(this.#database, async (records) => {
      const keys = await records.keys('entries')
      const key = keys[which % Math.max(1, keys.length)]
      if (key !== undefined) await records.put('entries', key, flipped(await records.get('entries', key), 60))
    })
  }
}

test('what one tab has read all tabs have in the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const database = `gaps ${Math.random()}`
      const life = new Life(database, await openStored(database, { world: deaf }))
      try {
        for (const step of steps) await life.make(step)
        await life.expectOne()
      } finally {
        await life.end()
        indexedDB.deleteDatabase(database)
      }
    }),
    { numRuns: 40 },
  )
})
