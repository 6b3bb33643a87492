import { computed, type Signal, signal } from '@preact/signals'
import { type Library, type Listed, list, open } from './rooms/library/data.ts'

export const library: Signal<Library | undefined> = signal(undefined)
export const openingFailure: Signal<unknown> = signal(undefined)
/** What the library holds; undefined until that is known. */
export const documents: Signal<readonly Listed[] | undefined> = signal(undefined)
export const isEmpty = computed(() => documents.value?.length === 0)

const CHANGED = 'voisin-demo.changed'

export async function openThisLibrary(): Promise<void> {
  openingFailure.value = undefined
  try {
    library.value ??= await open()
    await refresh()
  } catch (error) {
    openingFailure.value = error
  }
}

export async function refresh(): Promise<void> {
  if (library.value) documents.value = await list(library.value)
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

/** What a document is called: its own title, else its id. */
export function titleOf({ id, metadata }: { id: string; metadata?: { readonly [key: string]: unknown } | undefined }): string {
  const title = metadata?.title
  return typeof title === 'string' && title !== '' ? title : id
}
