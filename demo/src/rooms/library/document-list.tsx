import { signal } from '@preact/signals'
import { plain } from '../../format.ts'
import { words } from '../../i18n/index.ts'
import { changed, library, titleOf } from '../../library.ts'
import { Failure } from '../../parts/failure.tsx'
import { useMoves } from '../../parts/use-moves.ts'
import { go, hrefTo, place } from '../../route.ts'
import { type Listed, remove } from './data.ts'

const failure = signal<unknown>(undefined)
const said = signal('')

async function takeOut(document: Listed): Promise<void> {
  failure.value = undefined
  try {
    await remove(library.value!, document.id)
    said.value = words.value.library.removed(titleOf(document))
    if (place.value.open === document.id) go({ open: undefined, span: undefined }, 'replace')
    await changed()
  } catch (error) {
    failure.value = error
  }
}

export function DocumentList({ held }: { readonly held: readonly Listed[] }) {
  const list = useMoves<HTMLUListElement>()
  const { library: text } = words.value
  return (
    <>
      {failure.value !== undefined && <Failure error={failure.value} />}
      <p class="unseen" role="status">
        {said}
      </p>
      <ul class="documents" ref={list}>
        {held.map((document) => (
          <li key={document.id} data-key={document.id}>
            <a
              class="document"
              href={hrefTo({ open: document.id, span: undefined })}
              aria-current={place.value.open === document.id}
            >
              <span class="document-title">{titleOf(document)}</span>
              <span class="figure quiet" title={document.id}>
                {text.passages(document.chunkCount, plain(document.chunkCount))}
              </span>
            </a>
            <button
              type="button"
              class="remove small"
              aria-label={text.removeNamed(titleOf(document))}
              onClick={() => void takeOut(document)}
            >
              {text.remove}
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
