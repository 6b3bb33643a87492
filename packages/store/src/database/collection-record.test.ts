import { seal } from '@voisin/bytes'
import { expect, test } from 'vitest'
import { codeOf } from '../testing/refusal.ts'
import { openCollectionRecord, readCollectionRecord, sealCollectionRecord } from './collection-record.ts'

const RECORD = {
  name: 'notes',
  number: 7,
  vectors: { '': { dim: 3, metric: 'cosine' as const, model: 'mini' } },
  fields: { title: 'text' as const },
}

test('a record is read as it was written', () => {
  expect(openCollectionRecord(sealCollectionRecord(RECORD), 'notes', 7)).toEqual(RECORD)
  expect(openCollectionRecord(sealCollectionRecord(RECORD), 'notes', 8)).toBeUndefined()
  expect(openCollectionRecord(sealCollectionRecord(RECORD).slice(1), 'notes', 7)).toBeUndefined()
})

test.each([
  ['of the collection', { ...RECORD, sealedBy: 'key' }],
  ['of a vector', { ...RECORD, vectors: { '': { ...RECORD.vectors[''], elements: 'i8' } } }],
])('a record that says something %s that is not known is a newer version’s', (_, record) => {
  expect(codeOf(() => readCollectionRecord(JSON.stringify(record)))).toBe('unsupported')
})

test.each(['', '{', '[]', 'null', '{"name":"notes","number":7}', '{"name":"notes","number":7,"vectors":null}'])(
  'a record that makes no sense (%s) is damaged',
  (json) => {
    expect(codeOf(() => readCollectionRecord(json))).toBe('corrupt-data')
    expect(openCollectionRecord(seal('collection', new TextEncoder().encode(json)), 'notes', 7)).toBeUndefined()
  },
)
