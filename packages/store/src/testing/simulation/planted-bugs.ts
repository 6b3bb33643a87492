import { CorruptDataError, type Payload, type Point, type ScoredPoint } from '@voisin/spec'
import type { Storage } from '../../database/storage.ts'
import type { World } from '../../database/world.ts'
import type { OpenSubject, SubjectCollection, SubjectOptions, SubjectSession } from './subject.ts'

/** A fault of the kind that each invariant is there for. */
export interface PlantedBug {
  readonly what: string
  /** The invariant that finds it has a message like this. */
  readonly found: RegExp
  plant(open: OpenSubject): OpenSubject
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    what: 'a write is acknowledged before it is committed',
    found: /shows .* as .*, expected|cannot (show|open)|scrolls as/,
    plant: (open) => (world, name) =>
      open(
        withStorage(world, (storage) => new HastyStorage(storage)),
        name,
      ),
  },
  {
    what: 'one upsert in ten is dropped and acknowledged',
    found: /shows .* as .*, expected|acknowledged as|was told that it wrote/,
    plant(open) {
      let upserts = 0
      return withCollections((collection) =>
        override(collection, {
          upsert: async (points, options) => {
            if (++upserts % 10 > 0) return await collection.upsert(points, options)
            return { lsn: (await collection.status()).lsn + 1 }
          },
        }),
      )(open)
    },
  },
  {
    what: 'a deleted point is still shown',
    found: /shows .* as \{.*, expected absent/,
    plant: withCollections((collection) => {
      const shown = new Map<Point['id'], Point>()
      return override(collection, {
        async *scroll(options) {
          for await (const point of collection.scroll(options)) {
            shown.set(point.id, point)
            yield point
          }
          const now = new Set<Point['id']>()
          for await (const { id } of collection.scroll(options)) now.add(id)
          for (const point of shown.values()) if (!now.has(point.id)) yield point
        },
      })
    }),
  },
  {
    what: 'equal scores come in another order in every other tab',
    found: /differ in/,
    plant(open) {
      let tabs = 0
      return withCollections((collection) => {
        if (++tabs % 2 === 0) return collection
        return override(collection, {
          query: async (query, options) => {
            const hits: ScoredPoint<Payload>[] = await collection.query(query, options)
            return hits.reverse().sort((a, b) => b.score - a.score)
          },
        })
      })(open)
    },
  },
  {
    what: 'a call whose transaction fails is never answered',
    found: /never ended/,
    plant: withCollections((collection) =>
      override(collection, {
        upsert: (points, options) => collection.upsert(points, options).catch(() => new Promise<never>(() => {})),
      }),
    ),
  },
  {
    what: 'a collection with many points cannot be opened any more',
    found: /cannot open/,
    plant: withCollections(async (collection) => {
      if ((await collection.count()) > 6) throw new CorruptDataError('Too many.')
      return collection
    }),
  },
  {
    what: 'something that is no error of ours comes out',
    found: /no VoisinError/,
    plant: withCollections((collection) =>
      override(collection, {
        delete: async (target, options) => {
          const written = await collection.delete(target, options)
          if (written.lsn % 16 === 0) throw new TypeError('undefined is not a function')
          return written
        },
      }),
    ),
  },
]

/** Says what was written as soon as it has been asked for. */
class HastyStorage implements Storage {
  readonly name: string
  readonly hasOldStores: boolean
  readonly #storage: Storage

  constructor(storage: Storage) {
    this.name = storage.name
    this.hasOldStores = storage.hasOldStores
    this.#storage = storage
  }

  read: Storage['read'] = (stores, work, options) => this.#storage.read(stores, work, options)

  write: Storage['write'] = (stores, strength, work, options) =>
    new Promise((resolve, reject) => {
      this.#storage
        .write(
          stores,
          strength,
          async (transaction) => {
            const result = await work(transaction)
            resolve(result)
            return result
          },
          options,
        )
        .catch(reject)
    })

  reconnect(): void {
    this.#storage.reconnect()
  }

  close(): void {
    this.#storage.close()
  }
}

function withStorage(world: World, wrap: (storage: Storage) => Storage): World {
  return { ...world, openStorage: async (name, events, deadlineMs) => wrap(await world.openStorage(name, events, deadlineMs)) }
}

type Wrap = (collection: SubjectCollection) => SubjectCollection | Promise<SubjectCollection>

function withCollections(wrap: Wrap): (open: OpenSubject) => OpenSubject {
  return (open) => async (world, name) => {
    const session = await open(world, name)
    return override<SubjectSession>(session, {
      openCollection: async (collection: string, options: SubjectOptions) =>
        await wrap(await session.openCollection(collection, options)),
    })
  }
}

/** The same object with some methods replaced. */
function override<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get(_, key) {
      const method = methods[key as keyof T] ?? target[key as keyof T]
      return typeof method === 'function' ? (method as (...values: unknown[]) => unknown).bind(target) : method
    },
  })
}
