// Compiled with the rest, never run.
import type { Collection, Point, ScoredPoint, WriteResult } from '@voisin/spec'
import { type CollectionListing, listCollections, openCollection, openMemoryCollection, salvageCollection } from '@voisin/store'
import { expectTypeOf } from 'vitest'

type Note = { readonly title: string; readonly year: number }

export function opening(): void {
  expectTypeOf(openCollection<Note>('notes', { dim: 3 })).resolves.toEqualTypeOf<Collection<Note>>()
  expectTypeOf(openCollection<Note>('notes', { dim: 3, fields: { title: 'text' }, goOn: true, deadlineMs: 5 })).toBeObject()
  const vectors = { title: { dim: 3 }, body: { dim: 8, metric: 'dot', model: 'a' } } as const
  expectTypeOf(openCollection<Note>('notes', { vectors })).resolves.toEqualTypeOf<Collection<Note>>()
  expectTypeOf(openMemoryCollection<Note>('notes', { vectors })).resolves.toEqualTypeOf<Collection<Note>>()
  // @ts-expect-error a collection has one vector or several
  void openCollection<Note>('notes', { dim: 3, vectors })
  // @ts-expect-error it has at least one
  void openCollection<Note>('notes', {})
  // @ts-expect-error there is no such field
  void openCollection<Note>('notes', { dim: 3, fields: { text: 'text' } })
  expectTypeOf(listCollections()).resolves.toEqualTypeOf<CollectionListing[]>()
  expectTypeOf(salvageCollection('notes', { database: 'd' })).toEqualTypeOf<AsyncGenerator<Point, void, undefined>>()
}

export function using(notes: Collection<Note>, vector: Float32Array): void {
  const payload = { title: 'a', year: 1 }
  expectTypeOf(notes.upsert([{ id: 1, vectors: { title: vector }, payload }])).resolves.toEqualTypeOf<WriteResult>()
  expectTypeOf(notes.query({ vector, using: 'title' })).resolves.toEqualTypeOf<ScoredPoint<Note>[]>()
  const expect = { filter: { year: { $gt: 2000 } }, count: 1 }
  expectTypeOf(notes.write({ delete: { filter: { title: 'a' } } }, { expect })).resolves.toEqualTypeOf<WriteResult>()
  // @ts-expect-error years are numbers
  void notes.write({ delete: [1] }, { expect: { filter: { year: 'x' }, count: 1 } })
  // @ts-expect-error a count is a number
  void notes.write({ delete: [1] }, { expect: { filter: {}, count: '1' } })
  expectTypeOf(notes.vacuum({ signal: new AbortController().signal })).resolves.toEqualTypeOf<void>()
}
