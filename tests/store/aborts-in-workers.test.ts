import { expect, test } from 'vitest'
import { holdWrites } from '../support/held-transaction.ts'
import { failureOf, lookInto, notes as many, type NoteOptions, note, openTab } from '../support/note-tabs.ts'
import { tempDatabase } from '../support/temp-database.ts'
import { turn } from '../support/turn.ts'

test('a write that is aborted in a worker that dies is told as made, not made or unknown, and so it is', async () => {
  const database = tempDatabase()
  let worker: Worker | undefined
  const options: Partial<NoteOptions> = {
    worker: () => {
      worker = new Worker(new URL('../../packages/store/src/voisin-store-worker.ts', import.meta.url), { type: 'module' })
      return worker
    },
  }
  const tab = await openTab(database, options)
  const held = await holdWrites(database)
  const reason = new Error('enough')
  const controller = new AbortController()
  const writing = tab.notes.upsert([note(7)], { signal: controller.signal })
  await turn()
  controller.abort(reason)
  worker!.terminate()
  const outcome = await writing.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  await held.release()
  const there = (await lookInto(database)).ids.includes(7)
  if (outcome === undefined) expect(there).toBe(true)
  else if (outcome === reason) expect(there).toBe(false)
  else expect(await failureOf(Promise.reject(outcome))).toMatchObject({ code: 'aborted', dataState: 'unknown', cause: reason })
})

test('an abort after the answer changes nothing', async () => {
  const database = tempDatabase()
  const tab = await openTab(database, { worker: true })
  const controller = new AbortController()
  await tab.notes.upsert([note(7)], { signal: controller.signal })
  controller.abort(new Error('late'))
  await tab.notes.upsert(many(3))
  expect(await tab.notes.count()).toBe(4)
})
