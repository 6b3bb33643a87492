import type { Passage } from '@voisin/spec'
import { nameOf, titleOf } from '../../library.ts'
import { DocumentName } from '../../parts/document-name.tsx'
import { DocumentText } from '../../parts/document-text.tsx'
import { hrefTo, place } from '../../route.ts'
import { excerptOf } from './excerpt.ts'
import { active } from './state.ts'
import { Why } from './why.tsx'

/** Names one passage among the results. */
export function keyOf({ chunk }: Passage): string {
  return `${chunk.documentId}:${chunk.start}`
}

export function Hit({ passage, best }: { readonly passage: Passage; readonly best: Passage }) {
  const { chunk, document } = passage
  const target = { open: document.id, span: { start: chunk.start, end: chunk.end } }
  const title = titleOf(document)
  const sections = chunk.headings.filter((heading) => heading !== title)
  const excerpt = excerptOf(passage)
  const enter = () => {
    active.value = keyOf(passage)
  }
  const isOpen = place.value.open === document.id && place.value.span?.start === chunk.start
  return (
    <li data-key={keyOf(passage)}>
      <a
        class="hit"
        href={hrefTo(target)}
        aria-current={isOpen}
        data-document={document.id}
        onFocus={enter}
        onPointerEnter={enter}
      >
        <span class="hit-head">
          <DocumentName class="hit-title" {...nameOf(document)} />
          {sections.length > 0 && <span class="hit-section small quiet">{sections.join(' › ')}</span>}
        </span>
        <span class="hit-text">
          {excerpt.isCutBefore && '… '}
          <DocumentText text={excerpt.text} from={excerpt.from} marks={passage.matches} isExcerpt />
          {excerpt.isCutAfter && '…'}
        </span>
        <Why passage={passage} best={best} />
      </a>
    </li>
  )
}
