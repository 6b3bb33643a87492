import type { PayloadValue } from '@voisin/spec'

// What JSON has no word for is an object with one key:
//
//   { "$date": "2024-02-29T12:34:56.789Z" }    { "$bigint": "-5" }    { "$bytes": [0, 255] }    { "$number": "-0" }
//   { "$repeated": ["text ", 1000] }           a long string that is the same text so many times

/** Strings from this length on are looked at for a text that they repeat. UTF-16 code units. */
const LONG = 256

/** Plain data as JSON holds it, keys in their order. */
export function tag(value: PayloadValue): unknown {
  if (typeof value === 'bigint') return { $bigint: String(value) }
  if (Object.is(value, -0)) return { $number: '-0' }
  if (typeof value === 'string') return tagString(value)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return { $date: value.toISOString() }
  if (value instanceof Uint8Array) return { $bytes: [...value] }
  if (Array.isArray(value)) return value.map(tag)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, tag(item as PayloadValue)]))
}

function tagString(text: string): unknown {
  if (text.length < LONG) return text
  const period = (text + text).indexOf(text, 1)
  return period < text.length ? { $repeated: [text.slice(0, period), text.length / period] } : text
}
