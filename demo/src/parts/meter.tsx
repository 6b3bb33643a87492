import { effect, type Signal, signal } from '@preact/signals'
import { bytes, exact, plain } from '../format.ts'
import { words } from '../i18n/index.ts'
import { documents } from '../library.ts'
import './meter.css'

/** Requests that went to another origin since the page was opened, as the browser lists them. */
const foreignRequests: Signal<number> = signal(0)
const storedBytes: Signal<number | undefined> = signal(undefined)
const isOffline = signal(!navigator.onLine)

new PerformanceObserver((list) => {
  const foreign = list.getEntries().filter(({ name }) => /^(https?|wss?):/.test(name) && new URL(name).origin !== location.origin)
  foreignRequests.value += foreign.length
}).observe({ type: 'resource', buffered: true })

// A worker's requests are in no list of the page's; the service worker sees them.
navigator.serviceWorker?.addEventListener('message', ({ data }: MessageEvent<{ foreign?: string }>) => {
  if (data.foreign !== undefined) foreignRequests.value += 1
})

for (const type of ['online', 'offline'])
  addEventListener(type, () => {
    isOffline.value = !navigator.onLine
  })

async function measureStorage(): Promise<void> {
  const estimate = await navigator.storage?.estimate?.().catch(() => undefined)
  storedBytes.value = estimate?.usage
}

// The estimate lags behind the writes by a moment, so it is asked for again.
effect(() => {
  documents.value
  for (const ms of [0, 1500, 6000]) setTimeout(() => void measureStorage(), ms)
})

/** The proof of the promise: what left this machine (nothing), and what stays on it. */
export function Meter() {
  const { meter } = words.value
  const stored = storedBytes.value
  return (
    <aside class="meter small" aria-label={meter.about}>
      <dl>
        <div>
          <dt>{meter.requests(foreignRequests.value)}</dt>
          <dd class="figure" data-foreign-requests={foreignRequests.value}>
            {plain(foreignRequests.value)}
          </dd>
        </div>
        <div>
          <dt>{meter.stored}</dt>
          <dd class="figure" title={stored === undefined ? undefined : `${exact(stored)} B`}>
            {stored === undefined ? meter.unknown : bytes(stored)}
          </dd>
        </div>
      </dl>
      <button type="button" class="meter-why" popovertarget="meter-why" aria-label={meter.about}>
        ?
      </button>
      <p id="meter-why" popover="auto">
        {meter.explain}
      </p>
      {isOffline.value && (
        <p class="meter-offline" role="status">
          {meter.offline}
        </p>
      )}
    </aside>
  )
}
