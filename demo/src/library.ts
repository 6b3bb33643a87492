import { computed, type Signal, signal } from '@preact/signals'
import type { Notice } from 'voisin'
import { type Library, type Listed, list, open } from './rooms/library/data.ts'

export const library: Signal<Library | undefined> = signal(undefined)
export const openingFailure: Signal<unknown> = signal(undefined)
/** What the library holds; undefined until that is known. */
export const documents: Signal<readonly Listed[] | undefined> = signal(undefined)
/** What the library had to say of itself: losses, evictions, newer tabs. The last one of each kind. */
export const notices: Signal<readonly Notice[]> = signal([])
export const isEmpty = computed(() => documents.value?.length === 0)

const CHANGED = 'voisin-demo.changed'
const COUNT = 'voisin-demo.count'

/** Whether there was nothing here the last time: then the first page need not wait until the library is open. */
export const wasEmpty: boolean = Number(localStorage.getItem(COUNT) ?? 0) === 0

let start = () => {}
let opening: Promise<Library> = new Promise<void>((resolve) => {
  start = resolve
}).then(openHeard)

function openHeard(): Promise<Library> {
  return open((notice) => {
    notices.value = [...notices.value.filter(({ kind }) => kind !== notice.kind), notice]
  })
}

/** The open library; rejects when it cannot be opened. */
export function whenOpen(): Promise<Library> {
  return opening
}

export async function openThisLibrary(): Promise<void> {
  if (openingFailure.value !== undefined) opening = openHeard()
  openingFailure.value = undefined
  start()
  try {
    library.value = await opening
    await refresh()
  } catch (error) {
    openingFailure.value = error
  }
}

export async function refresh(): Promise<void> {
  if (!library.value) return
  const listed = await list(library.value)
  documents.value = listed
  localStorage.setItem(COUNT, String(listed.length))
}

/** After a write: read the list again here, and let other tabs do the same. */
export async function changed(): Promise<void> {
  localStorage.setItem(CHANGED, String(Date.now()))
  await refresh()
}

function refreshQuietly() {
  // A tab that was long asleep may find its library closed; the next thing the reader does will say so.
  refresh().catch(() => {})
}

addEventListener('storage', (event) => {
  if (event.key === CHANGED) refreshQuietly()
})
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') refreshQuietly()
})

type Named = { readonly id: string; readonly metadata?: { readonly [key: string]: unknown } | undefined }

/** What a document is called where its name must do alone: its own title, else its id. */
export function titleOf({ id, metadata }: Named): string {
  const title = metadata?.title
  return typeof title === 'string' && title !== '' ? title : id
}

/** The same in two parts, where the id is a path: `a.md`, in `notes`. */
export function nameOf(document: Named): { readonly name: string; readonly folder: string } {
  const title = titleOf(document)
  const slash = document.id.lastIndexOf('/')
  const isPath = title === document.id && slash > 0 && slash < title.length - 1
  return isPath ? { name: title.slice(slash + 1), folder: title.slice(0, slash) } : { name: title, folder: '' }
}
