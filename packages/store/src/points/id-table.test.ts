import type { PointId } from '@voisin/spec'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IdTable } from './id-table.ts'

const id = fc.constantFrom<PointId[]>(0, 1, 2, 3, '0', '1', 'two', 'é')
const command = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('assign' as const), id }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('release' as const), id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('skip' as const), by: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore' as const) }) },
)

/** The same table, filled from what a manifest would say of it. */
function restored(table: IdTable): IdTable {
  const ids = Array.from({ length: table.nextOffset }, (_, offset) => table.id(offset))
  const births = new Map<number, number>()
  for (const [id, offset] of table.entries()) if (table.birth(id) !== offset) births.set(offset, table.birth(id)!)
  const made = new IdTable()
  made.restore(ids, births)
  return made
}

test('ids have the offsets and the order that a Map would give them, also when they are restored', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      let table = new IdTable()
      const model = new Map<PointId, { offset: number; birth: number }>()
      let next = 0
      for (const command of commands) {
        if (command.kind === 'assign') {
          const before = model.get(command.id)
          expect(table.assign(command.id)).toBe(before?.offset)
          model.set(command.id, { offset: next, birth: before?.birth ?? next })
          next++
        }
        if (command.kind === 'release') {
          expect(table.release(command.id)).toBe(model.get(command.id)?.offset)
          model.delete(command.id)
        }
        if (command.kind === 'skip') {
          next += command.by
          table.skipTo(next)
          table.skipTo(0)
        }
        if (command.kind === 'restore') table = restored(table)
        expect([...table.entries()]).toEqual(Array.from(model, ([id, { offset }]) => [id, offset]))
        expect([table.size, table.nextOffset]).toEqual([model.size, next])
        expect([...table.liveOffsets()]).toEqual(Array.from(model.values(), ({ offset }) => offset).sort((a, b) => a - b))
        for (const [id, { offset, birth }] of model) {
          expect([table.offset(id), table.birth(id), table.id(offset), table.isLive(offset)]).toEqual([offset, birth, id, true])
        }
      }
    }),
  )
})
