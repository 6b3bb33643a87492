import { plain } from '../../format.ts'
import { words } from '../../i18n/index.ts'
import { nameOf, titleOf } from '../../library.ts'
import { DocumentName } from '../../parts/document-name.tsx'
import { useMoves } from '../../parts/use-moves.ts'
import { hrefTo, place } from '../../route.ts'
import type { Listed } from './data.ts'
import { takeOut } from './removal.ts'

export function DocumentList({ held }: { readonly held: readonly Listed[] }) {
  const list = useMoves<HTMLUListElement>()
  const { library: text } = words.value
  const takeOutAt = (index: number) => (event: MouseEvent) => {
    // The second click of a double one would meet the document that has moved up meanwhile.
    if (event.detail > 1) return
    const neighbour = held[index + 1] ?? held[index - 1]
    const focusAfter = () =>
      neighbour === undefined ? null : document.querySelector<HTMLElement>(`[data-key="${CSS.escape(neighbour.id)}"] a`)
    void takeOut([held[index]!], focusAfter)
  }
  return (
    <ul class="documents" ref={list}>
      {held.map((listed, index) => (
        <li key={listed.id} data-key={listed.id}>
          <a class="document" href={hrefTo({ open: listed.id, span: undefined })} aria-current={place.value.open === listed.id}>
            <DocumentName class="document-title" {...nameOf(listed)} />
            <span class="figure quiet" title={listed.id}>
              {text.passages(listed.chunkCount, plain(listed.chunkCount))}
            </span>
          </a>
          <button type="button" class="remove small" aria-label={text.removeNamed(titleOf(listed))} onClick={takeOutAt(index)}>
            {text.remove}
          </button>
          {!listed.isWhole && <p class="notice small">{text.missing}</p>}
        </li>
      ))}
    </ul>
  )
}
