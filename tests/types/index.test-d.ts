// Compiled with the rest, never run.
import { HnswIndex } from '@voisin/index'
import { helpBuilds } from '@voisin/index/helper'
import type { Candidates, Progress } from '@voisin/spec'
import { expectTypeOf } from 'vitest'

export function creating(): void {
  expectTypeOf(HnswIndex.create({ dim: 3, metric: 'l2' })).resolves.toEqualTypeOf<HnswIndex>()
  expectTypeOf(
    HnswIndex.create({ dim: 3, metric: 'dot', m: 8, helpers: [new Worker('helper.js')] }),
  ).resolves.toEqualTypeOf<HnswIndex>()
  expectTypeOf(HnswIndex.create({ dim: 3, metric: 'l2', graph: 'background' })).resolves.toEqualTypeOf<HnswIndex>()
  // @ts-expect-error a metric is named
  HnswIndex.create({ dim: 3 })
  // @ts-expect-error there is no such metric
  HnswIndex.create({ dim: 3, metric: 'hamming' })
}

/** Nothing but creating returns a promise. */
export function using(index: HnswIndex, vector: Float32Array): void {
  expectTypeOf(index.add(vector)).toEqualTypeOf<number>()
  expectTypeOf(index.addMany(vector, { bulk: false })).toEqualTypeOf<number>()
  expectTypeOf(index.search(vector, 10, { recall: 0.9 })).toEqualTypeOf<Candidates>()
  expectTypeOf(index.searchMany(vector, 10)).toEqualTypeOf<Candidates[]>()
  expectTypeOf(index.buildSteps(vector)).toEqualTypeOf<Generator<Progress, number>>()
  expectTypeOf(index.vacuum()).toEqualTypeOf<Uint32Array>()
  expectTypeOf(index.linkSteps()).toEqualTypeOf<Generator<Progress, void>>()
  expectTypeOf(index.compacted()).toEqualTypeOf<HnswIndex>()
  expectTypeOf(index.distances(vector, new Uint32Array())).toEqualTypeOf<Float32Array>()
  expectTypeOf(index.explain(vector, 1).path).toEqualTypeOf<'graph' | 'int8' | 'bits' | 'f32'>()
  // @ts-expect-error there is no such path
  index.search(vector, 10, { path: 'fast' })
  // @ts-expect-error numbers are in a Float32Array
  index.add([1, 2, 3])
}

/** A helper is any scope that hears messages. */
export function helping(): void {
  expectTypeOf(helpBuilds).toBeCallableWith(new MessageChannel().port1)
}
