import type { LegScore, Passage } from '@voisin/spec'
import { exact, plain } from '../../format.ts'
import { words } from '../../i18n/index.ts'

/** Why a passage stands where it stands: its rank by words, by meaning, and what each gave to the whole, on one bar. */
export function Why({ passage: { legs, matches, score }, best }: { readonly passage: Passage; readonly best: Passage }) {
  const { search } = words.value
  const { lexical, dense } = legs
  const whole = Math.max(gain(best.legs.lexical) + gain(best.legs.dense), gain(lexical) + gain(dense), 1e-6)
  const width = (leg: LegScore | undefined) => `${(100 * gain(leg)) / whole}%`
  const rank = (leg: LegScore | undefined) => (leg?.rank === undefined ? search.unranked : search.rank(leg.rank, plain(leg.rank)))
  const isMeaningOnly = matches.length === 0
  const exactly = [
    lexical && `${search.byWords}: BM25 ${exact(lexical.score)}`,
    dense && `${search.byMeaning}: cos ${exact(dense.score)}`,
    `= ${exact(score)}`,
  ]
  return (
    <span class="why small" title={`${search.why}: ${exactly.filter(Boolean).join(' · ')}`}>
      <span class="why-bar" aria-hidden="true">
        <span class="why-words" style={{ width: width(lexical) }} />
        <span class="why-meaning" style={{ width: width(dense) }} />
      </span>
      {isMeaningOnly ? (
        <span class="why-meaning-only">{search.meaningOnly}</span>
      ) : (
        <span class="why-leg">
          <i class="key-words" />
          {search.byWords} <span class="figure">{rank(lexical)}</span>
        </span>
      )}
      <span class="why-leg">
        <i class="key-meaning" />
        {search.byMeaning} <span class="figure">{rank(dense)}</span>
      </span>
    </span>
  )
}

/** A leg's part of the score that speaks for the passage; z-scores below the mean are no gain. */
function gain(leg: LegScore | undefined): number {
  return Math.max(0, leg?.share ?? 0)
}
