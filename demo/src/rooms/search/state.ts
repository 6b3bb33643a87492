import { effect, type Signal, signal } from '@preact/signals'
import { documents, library } from '../../library.ts'
import { place } from '../../route.ts'
import { type Found, search } from './data.ts'

export const found: Signal<Found | undefined> = signal(undefined)
export const failure: Signal<unknown> = signal(undefined)
export const isSearching: Signal<boolean> = signal(false)
/** Which hit the keyboard or the pointer is on. */
export const active: Signal<string | undefined> = signal(undefined)

/** Pause after the last letter before the search starts: shorter than the eye, longer than a keystroke's bounce. */
const PAUSE_MS = 60

// Whatever changes (the letters, the library, the room), the newest search ends the one before it.
effect(() => {
  const { room, query } = place.value
  const open = library.value
  documents.value
  const text = query.trim()
  if (room !== 'search') return
  failure.value = undefined
  if (text === '' || !open) {
    found.value = undefined
    isSearching.value = false
    return
  }
  const controller = new AbortController()
  const timer = setTimeout(async () => {
    isSearching.value = true
    try {
      found.value = await search(open, text, controller.signal)
    } catch (error) {
      if (controller.signal.aborted) return
      failure.value = error
    }
    isSearching.value = false
  }, PAUSE_MS)
  return () => {
    clearTimeout(timer)
    controller.abort()
  }
})
