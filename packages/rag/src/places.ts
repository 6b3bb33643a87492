import type { Place, Span } from '@voisin/spec'

/** Places in few bytes: a table of a hundred thousand rows has as many. Plain data, as points have it. */
export type PackedPlaces = {
  /**
   * Place after place, in numbers of seven bits a byte, least first, the eighth set where more follow: the distance of `start` from the place
   * before; one number whose bits say what follows (1 a page, 2 a sheet, 4 a row); the page; the sheet, counted in `sheets`; the row.
   */
  readonly marks: Uint8Array
  readonly sheets: readonly string[]
}

const PAGE = 1
const SHEET = 2
const ROW = 4

export function packPlaces(places: readonly Place[]): PackedPlaces {
  const bytes: number[] = []
  const sheets = new Map<string, number>()
  const write = (value: number) => {
    let rest = value
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
    bytes.push(rest)
  }
  let before = 0
  for (const { start, page, sheet, row } of places) {
    write(start - before)
    before = start
    write((page === undefined ? 0 : PAGE) + (sheet === undefined ? 0 : SHEET) + (row === undefined ? 0 : ROW))
    if (page !== undefined) write(page)
    if (sheet !== undefined) {
      if (!sheets.has(sheet)) sheets.set(sheet, sheets.size)
      write(sheets.get(sheet)!)
    }
    if (row !== undefined) write(row)
  }
  return { marks: Uint8Array.from(bytes), sheets: [...sheets.keys()] }
}

export function unpackPlaces({ marks, sheets }: PackedPlaces): Place[] {
  const places: Place[] = []
  let at = 0
  const read = () => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = marks[at++] ?? 0
      value += (byte % 128) * scale
      if (byte < 128) return value
    }
  }
  let start = 0
  while (at < marks.length) {
    start += read()
    const kinds = read()
    places.push({
      start,
      ...(kinds & PAGE && { page: read() }),
      ...(kinds & SHEET && { sheet: sheets[read()] ?? '' }),
      ...(kinds & ROW && { row: read() }),
    })
  }
  return places
}

/** The places that a span stands in: the one that it begins in, and those that begin before its end. */
export function placesOf({ start, end }: Span, places: readonly Place[]): readonly Place[] {
  let [low, high] = [0, places.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (places[middle]!.start <= start) low = middle + 1
    else high = middle
  }
  let last = low
  while (last < places.length && places[last]!.start < end) last++
  return places.slice(Math.max(0, low - 1), last)
}
