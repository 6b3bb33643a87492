import { useEffect, useState } from 'preact/hooks'
import type { SearchExplanation } from 'voisin'
import { duration, exact, plain } from '../../format.ts'
import { words } from '../../i18n/index.ts'
import { library } from '../../library.ts'
import { explain } from './data.ts'

/** How the search went about it, told when it is asked for: the way the vectors took, what each part took. */
export function How({ text }: { readonly text: string }) {
  const [isOpen, setOpen] = useState(false)
  const [told, setTold] = useState<SearchExplanation>()
  const { how } = words.value.search
  useEffect(() => {
    const open = library.value
    if (!isOpen || !open) return
    const controller = new AbortController()
    explain(open, text, controller.signal).then(setTold, () => setTold(undefined))
    return () => controller.abort()
  }, [isOpen, text])
  return (
    <details class="how small" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{how.title}</summary>
      {told && <Told told={told} />}
    </details>
  )
}

function Told({ told: { embedMs, dense, lexical, ms } }: { readonly told: SearchExplanation }) {
  const { how } = words.value.search
  const precisely = (ms: number) => `${exact(ms)} ms`
  return (
    <dl>
      {dense && (
        <div>
          <dt>{how.meaning}</dt>
          <dd title={`${dense.reason} · ${precisely(dense.ms)}`}>
            {how.paths[dense.path](plain(dense.distances), plain(dense.wanted))} <span class="figure">{duration(dense.ms)}</span>
          </dd>
        </div>
      )}
      {lexical && (
        <div>
          <dt>{how.words}</dt>
          <dd title={precisely(lexical.ms)}>
            {how.listed(lexical.points, plain(lexical.points))} <span class="figure">{duration(lexical.ms)}</span>
          </dd>
        </div>
      )}
      <div>
        <dt>{how.whole}</dt>
        <dd title={`${precisely(embedMs)} + ${precisely(ms)}`}>
          {how.embedded(duration(embedMs))} <span class="figure">{duration(embedMs + ms)}</span>
        </dd>
      </div>
    </dl>
  )
}
