import { createEmbedder } from '@voisin/embed'
import { miniModel } from '@voisin/mini'
import { answer, calibrate, ingest, type LibraryParts, type LibraryPayload, libraryFields, retrieve } from '@voisin/rag'
import type { Answer } from '@voisin/spec'
import { openMemoryCollection } from '@voisin/store'
import { afterAll, beforeAll, expect, test } from 'vitest'

const samples: Record<string, string> = import.meta.glob('../../demo/samples/*.md', {
  query: '?raw',
  eager: true,
  import: 'default',
})

/** As people write: pairs of an FAQ, an announced option, lists, rows, names that are like others. */
const NOTES: Readonly<Record<string, string>> = {
  'faq.md':
    '# FAQ\n\nQ: What do the letters XZ mean?\n\nA: They stand for nothing at all; the name was free.\n\nQ: Is XZ open source?\n\nA: Yes, it is in the public domain.',
  'faq-headings.md':
    '# Parking\n\n## How long may I park?\n\nFour hours by day, all night after eight.\n\n## Where do I pay?\n\nAt the machine beside the lift, or by phone.',
  'vpn.md':
    '# OpenSSH notes\n\nIf the ssh server shall accept VPN tunnels, you have to add the following option:\n\n    PermitTunnel yes\n\nThen restart it.',
  'pancakes.md':
    '# Pancakes\n\nThe ingredients for four people:\n\n- 250 g flour\n- 500 ml milk\n- 3 eggs\n- a pinch of salt\n- butter for the pan\n\nWhisk all of it and let it rest for an hour.',
  'leave.md':
    '# Leave\n\nEmployees have 25 days of paid leave a year. It is taken in agreement with the team.\n\n# People\n\nNora Finch is known for her work on glaciers.',
  'prices.csv': 'item;size;price\nstock pot;10 l;39.90\nstock pot;20 l;59.90\nfrying pan;28 cm;24.50\nfrying pan;32 cm;29.50',
  'kuendigung.md':
    '# Mietvertrag\n\nDie Kündigungsfrist beträgt z. B. für die Garage einen Monat, für die Wohnung drei Monate. Die Fa. Huber reinigt am 29. Juli die Heizung.',
}

let parts: LibraryParts & { readonly embedder: Awaited<ReturnType<typeof createEmbedder>> }

beforeAll(async () => {
  const embedder = await createEmbedder({ model: miniModel })
  const { dim, fingerprint } = embedder
  const collection = await openMemoryCollection<LibraryPayload>('asked', { dim, model: fingerprint, fields: libraryFields })
  const documents = [
    ...Object.entries(samples).map(([path, text]) => ({ id: path.split('/').at(-1)!, text })),
    ...Object.entries(NOTES).map(([id, text]) => ({ id, text })),
  ]
  for await (const _ of ingest(documents, { embedder, collection }));
  const calibration = await calibrate({ embedder, collection })
  parts = { embedder, collection, ...(calibration && { calibration }) }
})
afterAll(() => parts.embedder.close())

async function ask(question: string): Promise<Answer> {
  return await answer(question, { context: await retrieve(question, parts), embedder: parts.embedder })
}

test.each([
  // what a section's title asks, its beginning answers
  ['Why does bread go stale?', 'the starch'],
  // the question of a pair is not its answer
  ['What do the letters XZ mean?', 'nothing at all'],
  ['Is XZ open source?', 'public domain'],
  ['How long may I park?', 'Four hours'],
  ['where to pay for parking', 'beside the lift'],
  // a sentence is quoted with the next one, which says what it begins
  ['How do bees survive the winter?', 'gather into a ball'],
  // what announces something brings it along
  ['ssh server accept VPN tunnels?', 'PermitTunnel yes'],
  ['Which ingredients do I need for pancakes?', 'butter for the pan'],
  // a row
  ['How much is the stock pot of 20 l?', '59.90'],
  ['price of a 32 cm frying pan', '29.50'],
  // abbreviations and ordinals end no sentence
  ['Wie lange ist die Kündigungsfrist der Wohnung?', 'drei Monate'],
  ['Wann reinigt Huber die Heizung?', '29. Juli'],
  // other words, and typing errors
  ['Why do bagels and toast harden?', 'starch'],
  ['how meny days of payed leave?', '25 days'],
  ['What is Nora Finch known for?', 'glaciers'],
])('%s', async (question, said) => {
  const { kind, text, citations } = await ask(question)
  expect([kind, text.includes(said)], text).toEqual(['found', true])
  expect(citations.reduce((sum, { quote }) => sum + quote.length, 0)).toBeLessThanOrEqual(640)
})

test.each([
  'What is Nora Fink known for?',
  'How much is the stock pot of 45 l?',
  'What is the plot of Macbeth?',
  'Who painted the ceiling of the Sistine Chapel?',
])('%s is refused', async (question) => {
  expect((await ask(question)).kind).toBe('not-in-documents')
})
