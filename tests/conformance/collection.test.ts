import type { Collection } from '@voisin/spec'
import { openCollection, openMemoryCollection } from '@voisin/store'
import { expect, onTestFinished, vi } from 'vitest'
import { describeCollection } from './collection.ts'
import type { Implementation, Note, NoteOptions } from './notes.ts'

const stay: Implementation['settle'] = async (collection) => collection

function reopening(more: Partial<NoteOptions>): Implementation {
  return {
    open: (name, options) => openCollection<Note>(name, { ...options, ...more }),
    async settle(collection, options) {
      await collection.close()
      return await openCollection<Note>(collection.name, { ...options, ...more })
    },
  }
}

/** Every write is folded into blocks before anything is read. */
function checkpointing(more: Partial<NoteOptions>): Implementation {
  const { open, settle } = reopening({ ...more, checkpointAfter: { entries: 1 } })
  return {
    open,
    async settle(collection, options) {
      await untilFolded(collection)
      return await settle(collection, options)
    },
  }
}

/** What one tab writes is read in another that has been open all the time, and the other way round. */
function besides(more: Partial<NoteOptions>): Implementation {
  const others = new WeakMap<Collection<Note>, Collection<Note>>()
  return {
    async open(name, options) {
      const [here, there] = [
        await openCollection<Note>(name, { ...options, ...more }),
        await openCollection<Note>(name, { ...options, ...more }),
      ]
      onTestFinished(() => there.close())
      others.set(here, there).set(there, here)
      return here
    },
    async settle(collection) {
      const other = others.get(collection)!
      const { lsn } = await collection.status()
      // It is told of the writes, and not asked to look.
      await vi.waitFor(async () => expect((await other.status()).lsn).toBe(lsn), { timeout: 30_000, interval: 5 })
      return other
    },
  }
}

async function untilFolded(collection: Collection<Note>): Promise<void> {
  await vi.waitFor(
    async () => {
      const { lsn, checkpointLsn } = await collection.status()
      expect(checkpointLsn).toBe(lsn)
    },
    { timeout: 30_000, interval: 5 },
  )
}

describeCollection('in memory', { open: (name, options) => openMemoryCollection<Note>(name, options), settle: stay })
describeCollection('in IndexedDB, here', {
  open: (name, options) => openCollection<Note>(name, { ...options, worker: false }),
  settle: stay,
})
describeCollection('opened again', reopening({ worker: false }))
describeCollection('checkpointed and opened again', checkpointing({ worker: false }))
describeCollection('in a second tab', besides({ worker: false }))
describeCollection('in a worker', { open: (name, options) => openCollection<Note>(name, options), settle: stay })
