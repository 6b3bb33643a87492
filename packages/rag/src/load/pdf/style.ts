import { distanceAfter, distanceBefore, type Line } from './lines.ts'

/** What most of a document looks like, against which titles stand out. */
export interface Style {
  /** Size of the font that most of the text is in. */
  readonly bodySize: number
  readonly isBodyMono: boolean
  /** From baseline to baseline within a paragraph, in the font's size. */
  readonly pitch: number
  /** The level at which a line that stands alone would be a heading, or 0. */
  levelOf(line: Line): number
}

/** A title is longer than no paragraph. */
export const LONGEST_TITLE = 200
/** The number of a section within a section, and a title. */
const SECTION = /^\p{N}{1,3}(?:\.\p{N}{1,3})+\.?\s+\p{L}/u
const MOST_LEVELS = 5
const LETTERS = /\p{L}[^\p{L}]*\p{L}/u

export function styleOf(lines: readonly Line[]): Style {
  const sizes = new Map<number, number>()
  const fonts = new Map<string | undefined, number>()
  let total = 0
  let mono = 0
  for (const line of lines) {
    add(sizes, sizeKey(line.row.size), line.weight)
    total += line.weight
    if (line.isMono) mono += line.weight
  }
  const bodySize = heaviest(sizes) ?? 10
  for (const line of lines) if (sizeKey(line.row.size) === bodySize) add(fonts, line.font, line.weight)
  fonts.delete(undefined)
  const pitch = pitchOf(lines, bodySize)
  const sizeLevels = levelsBySize(lines, sizes, bodySize, total)
  const deepest = Math.max(0, ...sizeLevels.values())
  const bodyFont = heaviest(fonts)
  const titleFonts = findTitleFonts(lines, { bodySize, pitch, bodyFont, total, sizeLevels })
  return {
    bodySize,
    isBodyMono: mono > total / 2,
    pitch,
    levelOf(line) {
      if (line.text.length > LONGEST_TITLE || !LETTERS.test(line.text) || line.text.includes(' … ')) return 0
      const level = sizeLevels.get(sizeKey(line.row.size))
      if (level !== undefined) return level
      if (line.font === undefined || line.font === bodyFont || !isTitleLike(line, bodySize, pitch)) return 0
      return titleFonts.has(line.font) || SECTION.test(line.text) ? deepest + 1 : 0
    },
  }
}

const sizeKey = (size: number): number => Math.round(size * 4) / 4
const add = <K>(map: Map<K, number>, key: K, weight: number): void => void map.set(key, (map.get(key) ?? 0) + weight)

function heaviest<K>(map: ReadonlyMap<K, number>): K | undefined {
  let best: [K, number] | undefined
  for (const entry of map) if (!best || entry[1] > best[1]) best = entry
  return best?.[0]
}

/** The distance that most lines of the body have from the line before. */
function pitchOf(lines: readonly Line[], bodySize: number): number {
  const distances = new Map<number, number>()
  for (const line of lines) {
    const distance = distanceBefore(line)
    if (sizeKey(line.row.size) === bodySize && distance > 0.7 && distance < 3) add(distances, Math.round(distance * 20) / 20, 1)
  }
  return heaviest(distances) ?? 1.2
}

/** Sizes above that of the body, the largest first, as far as little of the text has them. */
function levelsBySize(
  lines: readonly Line[],
  sizes: ReadonlyMap<number, number>,
  bodySize: number,
  total: number,
): Map<number, number> {
  const titled = new Set(lines.filter(({ text }) => LETTERS.test(text)).map(({ row }) => sizeKey(row.size)))
  const large = [...sizes]
    .filter(([size, weight]) => size > 1.07 * bodySize && weight < 0.25 * total && titled.has(size))
    .map(([size]) => size)
    .sort((a, b) => b - a)
  const levels = new Map<number, number>()
  let level = 0
  let before = Number.POSITIVE_INFINITY
  for (const size of large) {
    if (size < 0.96 * before) {
      level = Math.min(MOST_LEVELS, level + 1)
      before = size
    }
    levels.set(size, level)
  }
  return levels
}

/** Fonts of the body's size that are for titles alone: bold ones, as a rule. */
function findTitleFonts(
  lines: readonly Line[],
  of: {
    readonly bodySize: number
    readonly pitch: number
    readonly bodyFont: string | undefined
    readonly total: number
    readonly sizeLevels: ReadonlyMap<number, number>
  },
): Set<string> {
  const weights = new Map<string, number>()
  const alone = new Map<string, { weight: number; count: number }>()
  for (const line of lines) {
    for (const run of line.row.runs) if (!of.sizeLevels.has(sizeKey(run.size))) add(weights, run.font, run.text.length)
    if (line.font === undefined || line.font === of.bodyFont || !isTitleLike(line, of.bodySize, of.pitch)) continue
    const entry = alone.get(line.font) ?? { weight: 0, count: 0 }
    alone.set(line.font, { weight: entry.weight + line.text.length, count: entry.count + 1 })
  }
  const fonts = new Set<string>()
  for (const [font, { weight, count }] of alone) {
    const all = weights.get(font) ?? 0
    if (count >= 2 && weight >= 0.6 * all && all <= 0.15 * of.total) fonts.add(font)
  }
  return fonts
}

/** A short line in one font, of about the body's size, apart from what is above it, that begins and ends as a title does. */
function isTitleLike(line: Line, bodySize: number, pitch: number): boolean {
  const { text, row, isMono } = line
  if (isMono || text.length > 90 || row.size < 0.95 * bodySize || !LETTERS.test(text)) return false
  if (!/^[\p{Lu}\p{Lo}\p{N}§]/u.test(text) || /[.,;:!]$/.test(text) || distanceBefore(line) < 1.15 * pitch) return false
  return row.x1 < line.region.x1 - row.size || distanceAfter(line) > 1.1 * pitch
}
