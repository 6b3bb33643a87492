import { undoLast } from './offers.ts'
import { closeReader } from './parts/reader.tsx'
import { enter, place } from './route.ts'

function field(): HTMLInputElement | HTMLTextAreaElement | null {
  return document.querySelector<HTMLInputElement | HTMLTextAreaElement>('#query')
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
}

/** Walks the results, or the documents, or the sources: whichever list the room shows. */
function step(by: 1 | -1, event: KeyboardEvent): void {
  const links = [...document.querySelectorAll<HTMLElement>('.hits a, .documents a, .sources a')]
  const at = links.indexOf(document.activeElement as HTMLElement)
  const isFromField = document.activeElement === field()
  if (at < 0 && !(isFromField && by === 1)) return
  event.preventDefault()
  const next = links[at + by]
  if (next) next.focus()
  else if (by === -1) field()?.focus()
}

function leave(event: KeyboardEvent): void {
  if (document.querySelector('[popover]:popover-open')) return
  if (place.value.open !== undefined) {
    closeReader()
    return
  }
  const input = field()
  if (document.activeElement !== input) input?.focus()
  else if (input?.value) {
    event.preventDefault()
    input.value = ''
    input.dispatchEvent(new Event('input', { bubbles: true }))
  } else input?.blur()
}

/** Ctrl+Z, or ⌘Z: outside of what is being written it does nothing else. */
function isUndo({ key, metaKey, ctrlKey, shiftKey, altKey, target }: KeyboardEvent): boolean {
  return key.toLowerCase() === 'z' && (metaKey || ctrlKey) && !shiftKey && !altKey && !isWriting(target)
}

/** `/` writes, arrows walk, Escape leaves, Ctrl+Z takes back what can be. Nothing else is taken from the browser. */
export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    if (isUndo(event) && undoLast()) event.preventDefault()
    if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return
    if (event.key === '/' && !isWriting(event.target)) {
      event.preventDefault()
      if (place.value.room === 'library') enter('search')
      requestAnimationFrame(() => requestAnimationFrame(() => field()?.focus()))
    } else if (event.key === 'ArrowDown') step(1, event)
    else if (event.key === 'ArrowUp') step(-1, event)
    else if (event.key === 'Escape') leave(event)
  })
}
