import { duration, exact, plain } from '../../format.ts'
import { words } from '../../i18n/index.ts'
import { documents, isEmpty } from '../../library.ts'
import { CodeOfRoom } from '../../parts/code-of-room.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Working } from '../../parts/motif.tsx'
import { NothingYet } from '../../parts/nothing-yet.tsx'
import { QueryField } from '../../parts/query-field.tsx'
import { Suggestions } from '../../parts/suggestions.tsx'
import { useMoves } from '../../parts/use-moves.ts'
import { go, place } from '../../route.ts'
import source from './data.ts?raw'
import { Hit, keyOf } from './hit.tsx'
import { How } from './how.tsx'
import { NeighbourMap } from './neighbour-map.tsx'
import { failure, found } from './state.ts'
import './search.css'

export function SearchRoom() {
  const { search } = words.value
  return (
    <>
      <h1 class="unseen">{search.title}</h1>
      {isEmpty.value ? (
        <NothingYet title={search.empty} hint={search.emptyHint} />
      ) : (
        <>
          <QueryField
            label={search.label}
            placeholder={search.placeholder}
            value={place.value.query}
            onInput={(query) => go({ query }, 'replace')}
          />
          <Results />
        </>
      )}
      <CodeOfRoom path="demo/src/rooms/search/data.ts" source={source} />
    </>
  )
}

function Results() {
  const { search } = words.value
  const list = useMoves<HTMLOListElement>()
  const now = found.value
  if (failure.value !== undefined) return <Failure error={failure.value} />
  if (!documents.value) return <Opening />
  if (!now) {
    if (place.value.query.trim() !== '') return <p class="results-head small quiet" aria-hidden="true" />
    return <Suggestions invite={search.invite} kind="search" choose={(query) => go({ query }, 'replace')} />
  }
  if (now.passages.length === 0)
    return (
      <p class="results-none">
        <strong>{search.nothing}</strong> <span class="quiet">{search.nothingHint}</span>
      </p>
    )
  const count = now.passages.length
  return (
    <div class="results">
      <div>
        <p class="results-head small quiet" role="status">
          <span title={`${exact(now.ms)} ms`}>{search.found(count, plain(count), duration(now.ms))}</span>
          <span class="keys-note">
            <kbd>↑</kbd> <kbd>↓</kbd> {search.keys.move} · <kbd>Enter</kbd> {search.keys.open} · <kbd>Esc</kbd>{' '}
            {search.keys.leave}
          </span>
        </p>
        <ol class="hits" ref={list} data-query={now.text}>
          {now.passages.map((passage) => (
            <Hit key={keyOf(passage)} passage={passage} best={now.passages[0]!} />
          ))}
        </ol>
        <How text={now.text} />
      </div>
      <NeighbourMap passages={now.passages} />
    </div>
  )
}

function Opening() {
  return (
    <div class="results-none">
      <Working label={words.value.state.opening} />
    </div>
  )
}
