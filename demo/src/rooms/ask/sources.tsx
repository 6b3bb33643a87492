import type { Citation } from '@voisin/spec'
import { useEffect, useState } from 'preact/hooks'
import { plain } from '../../format.ts'
import { words } from '../../i18n/index.ts'
import { library, nameOf, titleOf } from '../../library.ts'
import { DocumentName } from '../../parts/document-name.tsx'
import { DocumentText } from '../../parts/document-text.tsx'
import { hrefTo } from '../../route.ts'
import { surroundings } from './data.ts'
import { lit } from './state.ts'

export function Sources({ citations }: { readonly citations: readonly Citation[] }) {
  if (citations.length === 0) return null
  return (
    <>
      <h2 class="sources-head small quiet">{words.value.ask.sources}</h2>
      <ol class="sources">
        {citations.map((citation) => (
          <Source key={`${citation.documentId}:${citation.start}:${citation.number}`} citation={citation} />
        ))}
      </ol>
    </>
  )
}

/** A citation where it stands: the sentence, and a little of what is around it. */
function Source({ citation }: { readonly citation: Citation }) {
  const { number, documentId, start, end, quote, place } = citation
  const [around, setAround] = useState<Awaited<ReturnType<typeof surroundings>>>()
  useEffect(() => {
    // Without its surroundings the quote still stands.
    if (library.value) surroundings(library.value, citation).then(setAround, () => {})
  }, [documentId, start, end])
  const document = around?.document ?? { id: documentId }
  const target = { open: documentId, span: { start, end } }
  const setLit = (to: number | undefined) => () => {
    lit.value = to
  }
  return (
    <li class={lit.value === number ? 'source lit' : 'source'} data-document={documentId}>
      <span class="source-number figure">{plain(number)}</span>
      <a
        id={`source-${number}`}
        href={hrefTo(target)}
        aria-label={words.value.ask.openSource(titleOf(document))}
        onPointerEnter={setLit(number)}
        onPointerLeave={setLit(undefined)}
        onFocus={setLit(number)}
        onBlur={setLit(undefined)}
      >
        <DocumentName class="source-title" {...nameOf(document)} />
        {place && <span class="source-place small quiet">{placeIn(place)}</span>}
        <span class="source-text">
          {around ? (
            <>
              {around.from > 0 && '… '}
              <DocumentText text={around.text} from={around.from} marks={[{ start, end }]} isExcerpt />
              {around.from + around.text.length < around.document.text.length && '…'}
            </>
          ) : (
            <mark>{quote}</mark>
          )}
        </span>
      </a>
    </li>
  )
}

/** "page 3"; "sheet Plants, row 2". */
function placeIn({ page, sheet, row }: NonNullable<Citation['place']>): string {
  const { place } = words.value.ask
  const parts = [
    page !== undefined && place.page(plain(page)),
    sheet !== undefined && place.sheet(sheet),
    row !== undefined && place.row(plain(row)),
  ]
  return parts.filter(Boolean).join(', ')
}
