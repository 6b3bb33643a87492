// Keeps what the page has used, so that it opens without a network. It lies here, unbundled, because its address must not change
// from build to build; the build it belongs to is in its query (`?build=…`). It asks nothing of any other origin.
const CACHE = `voisin-demo-${new URL(location.href).searchParams.get('build')}`

addEventListener('install', () => skipWaiting())

addEventListener('activate', (event) => {
  const forget = async () => {
    for (const name of await caches.keys()) if (name.startsWith('voisin-demo-') && name !== CACHE) await caches.delete(name)
    await clients.claim()
  }
  event.waitUntil(forget())
})

// What the page had loaded before this worker was there.
addEventListener('message', (event) => {
  const keep = async () => {
    const cache = await caches.open(CACHE)
    for (const url of event.data.keep) if (isOurs(url) && !(await cache.match(url))) await cache.add(url).catch(() => {})
    event.source?.postMessage({ kept: true })
  }
  event.waitUntil(keep())
})

addEventListener('fetch', (event) => {
  const { request } = event
  if (!isOurs(request.url)) event.waitUntil(tellOfForeign(event))
  if (request.method !== 'GET' || !isOurs(request.url) || request.headers.has('range')) return
  // Files under assets/ have their content's hash in their name; of everything else the network knows better.
  event.respondWith(new URL(request.url).pathname.includes('/assets/') ? fromCacheFirst(request) : fromNetworkFirst(request))
})

// The page's own list of requests lacks those of its workers: of them it hears from here.
async function tellOfForeign({ request, clientId }) {
  const source = await clients.get(clientId)
  if (source?.type === 'window') return
  for (const page of await clients.matchAll({ type: 'window' })) page.postMessage({ foreign: request.url })
}

function isOurs(url) {
  return new URL(url).origin === location.origin
}

async function fromCacheFirst(request) {
  return (await caches.match(request, { cacheName: CACHE, ignoreVary: true })) ?? fetchAndKeep(request)
}

async function fromNetworkFirst(request) {
  try {
    return await fetchAndKeep(request)
  } catch (error) {
    const kept = await caches.match(request, { cacheName: CACHE, ignoreSearch: true, ignoreVary: true })
    if (kept) return kept
    throw error
  }
}

async function fetchAndKeep(request) {
  const response = await fetch(request)
  if (response.status === 200) {
    const copy = response.clone()
    // A full disk must not keep the page from its file.
    caches.open(CACHE).then((cache) => cache.put(request, copy)).catch(() => {})
  }
  return response
}
