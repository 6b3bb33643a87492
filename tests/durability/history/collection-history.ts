import type { History, State } from './history.ts'
import { mix, randomNumbers, wordOf } from './random.ts'

export const DIM = 384
/** Points that are written again and again; so many that a large write has room. */
const IDS = 3_000
const FEW_IDS = 400
const GROUPS = 40

/**
 * What the writes of a history are like. `small`: a few points each. `large`: more than 1 MiB each. `mixed`: both. `paced`: one of
 * 100 KiB, then ten small ones a second. `pipelined`: small ones, four in flight at once. `upserts`: small upserts alone, so that
 * each changes something; for negative controls.
 */
export type Shape = 'small' | 'large' | 'mixed' | 'paced' | 'pipelined' | 'upserts'
/** What trials go through. */
export const SHAPES: readonly Shape[] = ['small', 'large', 'mixed', 'paced', 'pipelined']

export type Operation =
  | { readonly kind: 'upsert'; readonly ids: readonly number[] }
  | { readonly kind: 'update'; readonly ids: readonly number[] }
  | { readonly kind: 'delete'; readonly ids: readonly number[] }
  | { readonly kind: 'deleteGroup'; readonly group: number }

export type Row = { op: number; touched: number; row: number; group: number; text: string }

export function operationOf(seed: number, shape: Shape, number: number): Operation {
  const random = randomNumbers(mix(seed, number))
  const whole = (below: number) => Math.floor(random() * below)
  const ids = shape === 'large' || shape === 'mixed' ? IDS : FEW_IDS
  const some = (count: number) => {
    const first = whole(ids)
    return Array.from({ length: count }, (_, i) => (first + i) % ids)
  }
  const isLarge = shape === 'large' ? random() < 0.6 : shape === 'mixed' ? random() < 0.15 : false
  // 700 vectors are 1.03 MiB.
  if (isLarge) return { kind: 'upsert', ids: some(700 + whole(300)) }
  if (shape === 'paced' && number % 100 === 0) return { kind: 'upsert', ids: some(64) }
  const what = shape === 'upserts' ? 0 : random()
  if (what < 0.6) return { kind: 'upsert', ids: some(1 + whole(shape === 'mixed' ? 60 : 5)) }
  if (what < 0.8) return { kind: 'update', ids: some(1 + whole(40)) }
  if (what < 0.95) return { kind: 'delete', ids: some(1 + whole(20)) }
  return { kind: 'deleteGroup', group: whole(GROUPS) }
}

export function groupOf(number: number, id: number): number {
  return mix(number, id, 7) % GROUPS
}

/** The vector that write `number` gives to a point. Length DIM. */
export function vectorOf(number: number, id: number): Float32Array {
  const random = randomNumbers(mix(number, id))
  return Float32Array.from({ length: DIM }, () => random() * 2 - 1)
}

/** The payload that write `number` gives to a point. */
export function payloadOf(number: number, id: number): Row {
  const text = `${wordOf(number, id)} was written by ${'one write of many '.repeat(mix(id, number) % 12)}`
  return { op: number, touched: 0, row: id, group: groupOf(number, id), text }
}

export function stampOf(op: number, touched: number): string {
  return `${op}/${touched}`
}

export function collectionHistory(seed: number, shape: Shape): History {
  return {
    atomic: true,
    depth: shape === 'pipelined' ? 4 : 1,
    apply(state: State, number: number) {
      const operation = operationOf(seed, shape, number)
      if (operation.kind === 'upsert') for (const id of operation.ids) state.set(`${id}`, stampOf(number, 0))
      if (operation.kind === 'delete') for (const id of operation.ids) state.delete(`${id}`)
      if (operation.kind === 'update') {
        for (const id of operation.ids) {
          const value = state.get(`${id}`)
          if (value !== undefined) state.set(`${id}`, stampOf(Number.parseInt(value, 10), number))
        }
      }
      if (operation.kind === 'deleteGroup') {
        for (const [id, value] of state) if (groupOf(Number.parseInt(value, 10), Number(id)) === operation.group) state.delete(id)
      }
    },
  }
}
