import { openIndexedStorage } from './indexed-storage.ts'
import { MarkedStorage } from './marked-storage.ts'
import type { Storage } from './storage.ts'
import { TabLife } from './tab-life.ts'
import type { Channel, Clock, Locks, StorageEvents, WitnessStore, World } from './world.ts'

/** A browser's own clock, locks, channels and databases. */
export const browserWorld: World = {
  clock: browserClock(),
  locks: browserLocks(),
  witness: cacheWitness(),
  openStorage: openOwnStorage,
  openChannel,
  randomNumber,
}

function randomNumber(): number {
  const [low, high] = crypto.getRandomValues(new Uint32Array(2)) as unknown as [number, number]
  return (high & 0xffff) * 2 ** 32 + low
}

async function openOwnStorage(name: string, events: StorageEvents, deadlineMs: number): Promise<Storage> {
  const storage = await openIndexedStorage(name, events, deadlineMs)
  // Other browsers keep IndexedDB in SQLite.
  if (!/Chrom(e|ium)\//.test(globalThis.navigator?.userAgent ?? '')) return storage
  const tab = randomNumber()
  try {
    return await MarkedStorage.open(storage, new TabLife(browserWorld.locks, name, 'writing', tab), tab, {
      endBy: performance.now() + deadlineMs,
    })
  } catch (error) {
    storage.close()
    throw error
  }
}

function browserClock(): Clock {
  const waiting: (() => void)[] = []
  let port: MessagePort | undefined
  return {
    now: () => performance.now(),
    after(ms, work) {
      const timer = setTimeout(work, ms)
      return () => clearTimeout(timer)
    },
    yield() {
      const { setImmediate } = globalThis as { setImmediate?(work: () => void): void }
      // A port that listens would keep a server's process alive.
      if (setImmediate !== undefined) return new Promise((resolve) => setImmediate(resolve))
      if (port === undefined) {
        // A message goes to the end of the queue at once, where a timer of 0 ms waits for 4 once it is nested.
        const channel = new MessageChannel()
        channel.port1.onmessage = () => waiting.shift()?.()
        port = channel.port2
      }
      const turn = new Promise<void>((resolve) => waiting.push(resolve))
      port.postMessage(undefined)
      return turn
    },
  }
}

function browserLocks(): Locks {
  return {
    async hold(name, how, work) {
      const locks = globalThis.navigator?.locks
      // Without locks (a page not served over HTTPS) everyone goes ahead: what is written is fenced by the manifest's sequence.
      if (locks === undefined) return await work(true)
      let working: ReturnType<typeof work> | undefined
      const options: LockOptions = how === 'steal' ? { steal: true } : { ifAvailable: true }
      try {
        await locks.request(name, options, (lock) => {
          working = work(lock !== null)
          return working
        })
      } catch (error) {
        // Another tab has stolen the lock; the work goes on, and what it comes to is what counts.
        if (working === undefined) throw error
      }
      return await working!
    },
  }
}

function openChannel(name: string, listener: (message: unknown) => void): Channel {
  if (typeof BroadcastChannel === 'undefined') return { post() {}, close() {} }
  const channel = new BroadcastChannel(name)
  channel.onmessage = ({ data }) => listener(data)
  return { post: (message) => channel.postMessage(message), close: () => channel.close() }
}

const WITNESS_CACHE = 'voisin-witness'

/** In the Cache API, which workers have too, and which is another file on the disk than IndexedDB. */
function cacheWitness(): WitnessStore {
  const inCache = async <T>(work: (cache: Cache) => Promise<T>): Promise<T | undefined> => {
    try {
      return await work(await caches.open(WITNESS_CACHE))
    } catch {
      // No Cache API here, or it refuses: then there is no witness.
      return undefined
    }
  }
  const address = (key: string) => `https://witness.invalid/${encodeURIComponent(key)}`
  return {
    read: (key) => inCache(async (cache) => (await cache.match(address(key)))?.text()),
    async write(key, value) {
      await inCache((cache) => cache.put(address(key), new Response(value)))
    },
    async remove(key) {
      await inCache((cache) => cache.delete(address(key)))
    },
  }
}
