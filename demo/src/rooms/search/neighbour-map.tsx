import type { Passage } from '@voisin/spec'
import { words } from '../../i18n/index.ts'
import { titleOf } from '../../library.ts'
import { Motif } from '../../parts/motif.tsx'
import { keyOf } from './hit.tsx'
import { active } from './state.ts'

/** The query and the passages found, at their true distances in meaning: 1 − cosine, the farthest of them on the rim. */
export function NeighbourMap({ passages }: { readonly passages: readonly Passage[] }) {
  const { search } = words.value
  const distances = passages.map(({ legs }) => (legs.dense ? Math.max(0, 1 - legs.dense.score) : undefined))
  const farthest = Math.max(...distances.filter((distance) => distance !== undefined), 1e-6)
  const neighbours = passages.flatMap((passage, index) => {
    const distance = distances[index]
    return distance === undefined ? [] : [{ id: keyOf(passage), distance: distance / farthest, name: titleOf(passage.document) }]
  })
  return (
    <figure class="neighbour-map">
      <Motif neighbours={neighbours} active={active.value ?? neighbours[0]?.id} label={search.map} />
      <figcaption class="small quiet">{search.map}</figcaption>
    </figure>
  )
}
