import { effect, type Signal, signal } from '@preact/signals'

export type Room = 'library' | 'search' | 'ask'

/** Where the reader stands. All of it is in the URL, so that a link, a reload and the back button lead there again. */
export interface Place {
  readonly room: Room
  /** What is searched for or asked. */
  readonly query: string
  /** The document that is open beside the room. */
  readonly open?: string | undefined
  /** The span shown in it, [start, end). */
  readonly span?: { readonly start: number; readonly end: number } | undefined
}

const ROOMS: readonly Room[] = ['library', 'search', 'ask']

/** `#/search?q=tides&open=sea.md&span=10-42` */
export function parsePlace(hash: string): Place {
  const [path = '', parameters = ''] = hash.replace(/^#\/?/, '').split('?')
  const fields = new URLSearchParams(parameters)
  const [start, end] = (fields.get('span') ?? '').split('-').map(Number)
  return {
    room: ROOMS.find((room) => room === path) ?? 'library',
    query: fields.get('q') ?? '',
    open: fields.get('open') ?? undefined,
    span: Number.isSafeInteger(start) && Number.isSafeInteger(end) ? { start: start!, end: end! } : undefined,
  }
}

export function formatPlace({ room, query, open, span }: Place): string {
  const fields = new URLSearchParams()
  if (query) fields.set('q', query)
  if (open !== undefined) fields.set('open', open)
  if (open !== undefined && span) fields.set('span', `${span.start}-${span.end}`)
  const text = fields.toString()
  return `#/${room}${text && `?${text}`}`
}

export const place: Signal<Place> = signal(parsePlace(location.hash))
addEventListener('popstate', () => {
  // A link within the page is no place of its own.
  if (location.hash !== '' && !location.hash.startsWith('#/')) return
  place.value = parsePlace(location.hash)
})

const still = matchMedia('(prefers-reduced-motion: reduce)')

/** Goes somewhere. `replace` for what the back button should not walk through, such as each letter typed. */
export function go(change: Partial<Place>, how: 'push' | 'replace' = 'push'): void {
  const before = place.value
  const after = { ...before, ...change }
  const hash = formatPlace(after)
  if (hash === formatPlace(before)) return
  history[how === 'push' ? 'pushState' : 'replaceState'](null, '', hash)
  const arrive = () => {
    place.value = after
  }
  if (how === 'push' && before.room !== after.room && !still.matches && 'startViewTransition' in document) {
    // A second transition skips the first, which then rejects: nothing is lost by it.
    const { ready, finished } = document.startViewTransition(arrive)
    ready.catch(() => {})
    finished.catch(() => {})
  } else arrive()
}

/** The last query of each room: coming back to a room finds it as it was left. */
const queries: Partial<Record<Room, string>> = {}
effect(() => {
  queries[place.value.room] = place.value.query
})

/** Another room, as it was left. */
export function placeIn(room: Room): Place {
  return { room, query: queries[room] ?? '', open: undefined, span: undefined }
}

export function enter(room: Room): void {
  go(placeIn(room))
}

export function hrefTo(change: Partial<Place>): string {
  return formatPlace({ ...place.value, ...change })
}

/** Every link to a place of this page is a plain link; followed plainly it does not leave the page, with a modifier it does. */
export function listenToLinks(): void {
  addEventListener('click', (event) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.defaultPrevented) return
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href^="#"]') : null
    const hash = link?.getAttribute('href')
    if (!hash) return
    event.preventDefault()
    if (hash.startsWith('#/')) go(parsePlace(hash))
    else document.querySelector<HTMLElement>(hash)?.focus()
  })
}
