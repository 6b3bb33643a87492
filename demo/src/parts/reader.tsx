import type { Document } from '@voisin/spec'
import { useEffect, useRef, useState } from 'preact/hooks'
import { words } from '../i18n/index.ts'
import { documents, library, titleOf } from '../library.ts'
import { document as find } from '../rooms/search/data.ts'
import { go, place } from '../route.ts'
import { DocumentText } from './document-text.tsx'
import { Failure } from './failure.tsx'
import { Working } from './motif.tsx'
import './reader.css'

/** Closes the open document; the hit it was opened from gets the focus back. */
export function closeReader(): void {
  const { open, span } = place.peek()
  if (open === undefined) return
  go({ open: undefined, span: undefined })
  const selector = span ? `[data-key="${CSS.escape(`${open}:${span.start}`)}"] a` : `[data-key="${CSS.escape(open)}"] a`
  requestAnimationFrame(() => document.querySelector<HTMLElement>(selector)?.focus())
}

/** A document beside the room, opened at a span. */
export function Reader() {
  const { open, span } = place.value
  const { reader } = words.value
  const [document, setDocument] = useState<Document | 'absent'>()
  const [failure, setFailure] = useState<unknown>()
  const region = useRef<HTMLElement>(null)
  const version = documents.value
  useEffect(() => {
    let isCurrent = true
    setFailure(undefined)
    if (open === undefined || !library.value) return
    setDocument((shown) => (shown !== 'absent' && shown?.id === open ? shown : undefined))
    find(library.value, open).then(
      (document) => isCurrent && setDocument(document ?? 'absent'),
      (error: unknown) => isCurrent && setFailure(error),
    )
    return () => {
      isCurrent = false
    }
  }, [open, version, library.value])
  const isThere = document !== undefined && document !== 'absent'
  useEffect(() => {
    if (!isThere) return
    const target = region.current?.querySelector('mark')
    if (target) target.scrollIntoView({ block: 'center' })
    else region.current?.scrollTo({ top: 0 })
    region.current?.focus({ preventScroll: true })
  }, [isThere, open, span?.start, span?.end])
  if (open === undefined) return null
  return (
    <article class="reader" ref={region} tabIndex={-1} aria-label={reader.region}>
      <header class="reader-head">
        <span class="figure quiet">{open}</span>
        <button type="button" class="button" onClick={closeReader}>
          {reader.close}
        </button>
      </header>
      {failure !== undefined ? (
        <Failure error={failure} />
      ) : document === 'absent' ? (
        <p class="quiet">{reader.gone}</p>
      ) : document === undefined ? (
        <Working label={reader.loading} />
      ) : (
        <Page document={document} />
      )}
    </article>
  )
}

function Page({ document }: { readonly document: Document }) {
  const { span } = place.value
  const title = titleOf(document)
  const hasTitle = /^\s*#\s/.test(document.text)
  return (
    <>
      {!hasTitle && <h2 class="reader-title">{title}</h2>}
      <DocumentText text={document.text} marks={span ? [span] : []} />
    </>
  )
}
