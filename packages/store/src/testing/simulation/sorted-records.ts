import type { Key, KeyRange } from '../../database/storage.ts'

export interface StoredRecord {
  readonly bytes: Uint8Array
  /** False for ever where a power cut took the file that held the bytes. */
  readonly isReadable: boolean
  /** Whether the bytes lie in a file of their own that was never pushed to the disk. */
  readonly isUnsafe: boolean
}

type KeyPart = string | number | readonly KeyPart[]

/** IndexedDB's order: numbers, then strings by UTF-16 code units, then arrays element by element. */
export function compareKeys(a: KeyPart, b: KeyPart): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1
  if (typeof b === 'number') return 1
  if (typeof a === 'string') return typeof b === 'string' ? (a < b ? -1 : a > b ? 1 : 0) : -1
  if (typeof b === 'string') return 1
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compareKeys(a[i]!, b[i]!)
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** One object store: records in order of key. */
export class SortedRecords {
  readonly keys: Key[] = []
  readonly #records: StoredRecord[] = []

  get(key: Key): StoredRecord | undefined {
    const place = this.#place(key)
    return this.#isAt(place, key) ? this.#records[place] : undefined
  }

  /** Returns what stood there. */
  set(key: Key, record: StoredRecord | undefined): StoredRecord | undefined {
    const place = this.#place(key)
    const isThere = this.#isAt(place, key)
    const before = isThere ? this.#records[place] : undefined
    if (record === undefined) {
      if (isThere) {
        this.keys.splice(place, 1)
        this.#records.splice(place, 1)
      }
    } else if (isThere) {
      this.#records[place] = record
    } else {
      this.keys.splice(place, 0, typeof key === 'string' ? key : [...key])
      this.#records.splice(place, 0, record)
    }
    return before
  }

  /** The keys in a range, in order. */
  within({ prefix, from, to }: KeyRange): Key[] {
    // Arrays sort behind numbers and strings, so an empty one ends every row of keys that begin alike.
    const first = from === undefined ? prefix : [...prefix, from]
    const last: KeyPart = to === undefined ? [...prefix, []] : [...prefix, to, []]
    const found: Key[] = []
    for (let i = this.#place(first); i < this.keys.length && compareKeys(this.keys[i]!, last) <= 0; i++) found.push(this.keys[i]!)
    return found
  }

  #isAt(place: number, key: Key): boolean {
    return place < this.keys.length && compareKeys(this.keys[place]!, key) === 0
  }

  /** The first place whose key is not before this one. */
  #place(key: Key): number {
    let low = 0
    let high = this.keys.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compareKeys(this.keys[middle]!, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
