// Compiled with the rest, never run.
import type { Collection, Facet, Point, QueryExplanation, ScoredPoint, WriteResult } from '@voisin/spec'
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
  expectTypeOf(notes.query({ vector, params: { recall: 0.9 } })).resolves.toEqualTypeOf<ScoredPoint<Note>[]>()
  // @ts-expect-error there is no such parameter
  void notes.query({ vector, params: { efSearch: 9 } })
  expectTypeOf(notes.query({ vector, groupBy: 'year', groupSize: 2, mmr: { diversity: 0.3 } })).resolves.toEqualTypeOf<
    ScoredPoint<Note>[]
  >()
  void notes.query({ text: 'a', groupBy: 'author.name' })
  void notes.query({ vector, text: 'a', support: { by: 'year', share: 0.1 } })
  // @ts-expect-error there is no such field
  void notes.query({ vector, support: { by: 'author', share: 0.1 } })
  expectTypeOf<ScoredPoint<Note>['support']>().toEqualTypeOf<number | undefined>()
  expectTypeOf<ScoredPoint<Note>['others']>().toEqualTypeOf<number | undefined>()
  // @ts-expect-error there is no such field
  void notes.query({ vector, groupBy: 'author' })
  // @ts-expect-error a diversity is wanted
  void notes.query({ vector, mmr: {} })
  expectTypeOf(notes.explain({ vector })).resolves.toEqualTypeOf<QueryExplanation>()
  expectTypeOf(notes.checkRecall({ k: 10, using: 'title' })).resolves.toEqualTypeOf<number>()
  const expect = { filter: { year: { $gt: 2000 } }, count: 1 }
  expectTypeOf(notes.write({ delete: { filter: { title: 'a' } } }, { expect })).resolves.toEqualTypeOf<WriteResult>()
  // @ts-expect-error years are numbers
  void notes.write({ delete: [1] }, { expect: { filter: { year: 'x' }, count: 1 } })
  // @ts-expect-error a count is a number
  void notes.write({ delete: [1] }, { expect: { filter: {}, count: '1' } })
  expectTypeOf(notes.vacuum({ signal: new AbortController().signal })).resolves.toEqualTypeOf<void>()
}

interface Record {
  readonly title: string
  readonly tags: readonly string[]
  readonly authors?: readonly { readonly name: string; readonly born: number }[]
}

export function filtering(records: Collection<Record>): void {
  void records.count({ title: { $startsWith: 'A' }, tags: { $all: ['a', 'b'], $size: 2, $startsWith: 'a' } })
  void records.count({ authors: { $elemMatch: { name: 'Ada', born: { $lt: 1900 } } } })
  void records.count({ tags: { $elemMatch: { $gt: 'a', $lt: 'b' } } })
  expectTypeOf(records.facet('tags', { title: 'A' }, { limit: 5 })).resolves.toEqualTypeOf<Facet[]>()
  void records.facet('authors.born')
  // @ts-expect-error there is no such field
  void records.facet('year')
  expectTypeOf(openCollection<Record>('records', { dim: 3, fields: { tags: 'keyword', 'authors.born': 'number' } })).toBeObject()
  // @ts-expect-error a string has no size
  void records.count({ title: { $size: 1 } })
  // @ts-expect-error tags are strings
  void records.count({ tags: { $all: [1] } })
  // @ts-expect-error authors have no age
  void records.count({ authors: { $elemMatch: { age: 1 } } })
  // @ts-expect-error an element has no id
  void records.count({ authors: { $elemMatch: { $id: 1 } } })
}
