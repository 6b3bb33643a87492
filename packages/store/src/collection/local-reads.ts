import type { Facet, Filter, Point, PointId, ReadOptions, RetrieveOptions } from '@voisin/spec'
import type { Position } from '../log/replay.ts'
import { type AskedFacets, facetsOf } from '../query/facets.ts'
import { countMatching, matching, offsetsOf, pointAt } from '../query/matching.ts'
import type { CollectionState } from '../state/collection-state.ts'
import type { BegunScroll, ScrollStart } from './engine.ts'

/** What is read off memory without a search. */
export abstract class LocalReads {
  /** Where what is in memory ends. */
  abstract get position(): Position

  /** Reads something. @param answer Makes it of a state, at once, and perhaps once more. */
  abstract read<T>(options: ReadOptions, answer: (state: CollectionState) => T): Promise<T>

  retrieve(ids: readonly PointId[], { withVector = false, ...options }: RetrieveOptions = {}): Promise<(Point | undefined)[]> {
    return this.read(options, (state) => offsetsOf(state, ids).map((offset) => pointAt(state, offset, withVector)))
  }

  beginScroll(filter: Filter | undefined, { withVector = false, ...start }: ScrollStart): Promise<BegunScroll> {
    return this.beginScrollOf(filter, start, (state, offsets) => offsets.map((offset) => pointAt(state, offset, withVector)))
  }

  /** @param pick Makes of the first points what is wanted of them. */
  beginScrollOf<Points>(
    filter: Filter | undefined,
    { first, signal }: ScrollStart,
    pick: (state: CollectionState, offsets: readonly number[]) => Points,
  ): Promise<BegunScroll<Points>> {
    return this.read(signal ? { signal } : {}, (state) => {
      const offsets = matching(state, filter)
      const ids = offsets.map((offset) => state.ids.id(offset)!)
      return { position: this.position, ids, points: pick(state, offsets.slice(0, first)) }
    })
  }

  count(filter?: Filter, options: ReadOptions = {}): Promise<number> {
    return this.read(options, (state) => countMatching(state, filter))
  }

  facet(asked: AskedFacets, options: ReadOptions = {}): Promise<Facet[]> {
    return this.read(options, (state) => facetsOf(state, asked))
  }
}
