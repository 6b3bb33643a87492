/** What keeps other tabs waiting while its page does nothing. */
export interface Pausable {
  pause(): void
  resume(): void
}

/**
 * Pauses when the page is put aside (hidden for good, kept for the back button, or frozen) and resumes when it is back. Returns what
 * ends it. Where there is no page, as in a worker, it does nothing: whoever made the worker has to tell it.
 */
export function followPage(target: Pausable): () => void {
  if (typeof document === 'undefined') return () => {}
  const pause = () => target.pause()
  const resume = () => target.resume()
  globalThis.addEventListener('pagehide', pause)
  globalThis.addEventListener('pageshow', resume)
  document.addEventListener('freeze', pause)
  document.addEventListener('resume', resume)
  return () => {
    globalThis.removeEventListener('pagehide', pause)
    globalThis.removeEventListener('pageshow', resume)
    document.removeEventListener('freeze', pause)
    document.removeEventListener('resume', resume)
  }
}
