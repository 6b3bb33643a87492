// What an app in TypeScript writes: compiled by every compiler that voisin's types are for, never run.

import { createEmbedder, fingerprintOf } from '@voisin/embed'
import { HnswIndex } from '@voisin/index'
import { miniModel } from '@voisin/mini'
import { createChunker, ingest } from '@voisin/rag'
import { docx } from '@voisin/rag/load/docx'
import { html } from '@voisin/rag/load/html'
import { zip } from '@voisin/rag/load/zip'
import { type Filter, isVoisinError } from '@voisin/spec'
import { listCollections, openCollection } from '@voisin/store'
import { openLibrary } from 'voisin'
import 'voisin/eager'

interface Note {
  readonly title: string
  readonly year: number
  tags?: string[]
}
interface Meta {
  author: string
  year?: number
}
export async function main(): Promise<void> {
  const library = await openLibrary('notes', { loaders: [html(), docx({ worker: false }), zip()] })
  const meta: Meta = { author: 'x' }
  await library.add({ id: 'a', text: 'b', metadata: meta })
  const [hit] = await library.search('c')
  if (hit) console.log(hit.chunk.text)
  const typed = await openLibrary<Meta>('typed', { fields: { year: 'number' } })
  await typed.add({ id: 'a', text: 'b', metadata: meta })
  // @ts-expect-error no such field
  await typed.search('c', { filter: { writer: 'x' } })
  const [found] = await typed.search('c', { filter: { year: { $gt: 1 } } })
  if (found?.document.metadata) console.log(found.document.metadata.author)
  const notes = await openCollection<Note>('n', { dim: 2 })
  await notes.upsert([{ id: 1, vector: Float32Array.of(1, 0), payload: { title: 't', year: 1 } }])
  // @ts-expect-error no such operator
  await notes.count({ year: { $gt3: 5 } })
  const filter: Filter<Note> = { year: { $gt: 1 } }
  await notes.count(filter)
  void [listCollections, createEmbedder, fingerprintOf, HnswIndex, createChunker, ingest, miniModel, isVoisinError]
}
