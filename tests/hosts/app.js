// What every app does that the packages are tried in. No bundler may need to be told anything about it.
import { openCollection } from '@voisin/store'
import { openLibrary } from 'voisin'

const DOCUMENTS = [
  { id: 'passport', text: 'To renew a passport, take two photographs to the town hall.' },
  { id: 'cats', text: 'Cats sleep for most of the day.' },
  { id: 'bread', text: 'Bread rises because yeast makes gas from sugar.' },
]

/** Adds, searches, asks, upserts and queries. @returns What came of it, as plain data. */
export async function tryAll(options = {}) {
  try {
    const library = await openLibrary('notes', options)
    const before = (await library.documents()).length
    await library.add(DOCUMENTS)
    const [hit] = await library.search('where do I get a new passport?')
    const answer = await library.ask('What makes bread rise?')
    const { worker, workers, ...stored } = options
    const place = workers ? { worker: workers.store } : worker === undefined ? {} : { worker }
    const points = await openCollection('points', {
      dim: 2,
      ...(stored.durability && { durability: stored.durability }),
      ...place,
    })
    await points.upsert([
      { id: 'east', vector: Float32Array.of(1, 0), payload: { name: 'East' } },
      { id: 'north', vector: Float32Array.of(0, 1), payload: { name: 'North' } },
    ])
    const [nearest] = await points.query({ vector: Float32Array.of(0.1, 0.9), limit: 1 })
    const refusal = await points.query({ vector: Float32Array.of(1, 2, 3) }).catch((error) => error.name)
    await points.close()
    await library.close()
    return { before, hit: hit?.document.id, answer: answer.text, nearest: nearest?.payload.name, refusal }
  } catch (error) {
    const causes = []
    for (let at = error; at !== undefined && at !== null; at = at.cause) causes.push(`${at.name}: ${at.message}`)
    return { failure: causes.join(' ← ') }
  }
}

/** The same where all is done in this realm. @returns What came of it, and what was asked of another host. */
export async function tryAllHere(options) {
  const asked = []
  const { fetch } = globalThis
  globalThis.fetch = (input, init) => {
    asked.push(String(input?.url ?? input))
    return fetch(input, init)
  }
  const found = await tryAll(options)
  return { found, foreign: asked.filter((url) => url.startsWith('http')) }
}
