import type { Span } from '@voisin/spec'

/** What a document is put together from, in order. What is deeper than the one before it belongs to that one. */
export interface Unit extends Span {
  readonly depth: number
  /** What those that belong to it are read under when they stand in a later chunk; empty where nothing. */
  readonly lead: string
  /** Cuts it, where it alone is too long, into parts whose lead and text together have at most `most` characters. */
  cut(outer: readonly string[], most: number): readonly Part[]
}

/** What is put into a chunk whole. */
export interface Part extends Span {
  /** What it is read under where a chunk begins with it, outermost first. */
  readonly lead: readonly string[]
  /** Whether a chunk begins here, whatever is left of the last one. */
  readonly isApart?: boolean
}

/** Deeper is as deep as this: what is nested further stands beside each other. */
const DEEPEST = 24

/**
 * The parts of a list of units: each with all that belongs to it where that fits, or else itself, and then those one level down. The time is
 * linear in the number of units.
 *
 * @param outer What all of them are read under.
 * @param isApart Whether what is too long for a chunk shares none with what stands before or after it.
 */
export function partsOf(
  units: readonly Unit[],
  most: number,
  { outer = [], isApart = false }: { readonly outer?: readonly string[]; readonly isApart?: boolean } = {},
): Part[] {
  const next = nextBeside(units)
  const parts: Part[] = []
  let mustBeApart = false
  const add = (part: Part) => {
    parts.push(mustBeApart ? { ...part, isApart: true } : part)
    mustBeApart = false
  }
  const visit = (from: number, to: number, lead: readonly string[], level: number) => {
    const room = most - lengthOf(lead)
    for (let at = from, end = from; at < to; at = end) {
      const unit = units[at]!
      end = level === DEEPEST ? at + 1 : Math.min(next[at]!, to)
      const whole = { start: unit.start, end: units[end - 1]!.end }
      if (whole.end - whole.start <= room) {
        add({ ...whole, lead })
        continue
      }
      if (level === 0 && isApart) mustBeApart = true
      const first = parts.length
      for (const part of unit.end - unit.start <= room ? [{ start: unit.start, end: unit.end, lead }] : unit.cut(lead, most))
        add(part)
      const head = parts.length - 1
      visit(at + 1, end, unit.lead === '' ? lead : leadWith(lead, unit.lead, most), level + 1)
      join(parts, Math.max(first, head), most)
      if (level === 0 && isApart) mustBeApart = true
    }
  }
  visit(0, units.length, outer, 0)
  return parts
}

/** What announces something does not end a chunk where the first of what it announces fits beside it. */
function join(parts: Part[], at: number, most: number): void {
  const [head, first] = [parts[at], parts[at + 1]]
  if (head && first && first.end - head.start <= most - lengthOf(head.lead)) parts.splice(at, 2, { ...head, end: first.end })
}

/** For each unit, the index of the first one after it that does not belong to it. */
export function nextBeside(units: readonly Pick<Unit, 'depth'>[]): Int32Array {
  const next = new Int32Array(units.length).fill(units.length)
  const open: number[] = []
  for (const [at, { depth }] of units.entries()) {
    while (open.length > 0 && units[open.at(-1)!]!.depth >= depth) next[open.pop()!] = at
    open.push(at)
  }
  return next
}

/** Chunks of at most `most` characters, lead and text together, in as few and as equal parts as the places between them allow. */
export function packParts(parts: readonly Part[], most: number): Part[] {
  const packed: Part[] = []
  for (let first = 0; first < parts.length; ) {
    let last = first + 1
    while (last < parts.length && !parts[last]!.isApart) last++
    packRun(parts.slice(first, last), most, packed)
    first = last
  }
  return packed
}

function packRun(parts: readonly Part[], most: number, packed: Part[]): void {
  const total = parts.at(-1)!.end - parts[0]!.start
  const target = total / Math.ceil(total / most)
  let { start, end, lead } = parts[0]!
  for (const part of parts.slice(1)) {
    if (part.end - start > most - lengthOf(lead) || end - start >= target) {
      packed.push({ start, end, lead })
      start = part.start
      lead = part.lead
    }
    end = part.end
  }
  packed.push({ start, end, lead })
}

/** With the line breaks between lead and text. */
export function lengthOf(lead: readonly string[]): number {
  return lead.reduce((sum, line) => sum + line.length + 1, 0)
}

/** A lead with one more below it, of at most a third of a chunk; where that is too much, what is nearest to the text stays. */
export function leadWith(outer: readonly string[], inner: string, most: number): readonly string[] {
  const budget = leadBudget(most)
  const lead = [...outer, clip(inner, budget)]
  let from = 0
  while (lengthOf(lead.slice(from)) > budget && from < lead.length - 1) from++
  return lead.slice(from)
}

export function leadBudget(most: number): number {
  return Math.floor(most / 3)
}

/** The beginning of a text, up to a word's end. */
export function clip(text: string, most: number): string {
  const line = text.trim()
  if (line.length < most) return line
  const cut = line.slice(0, most - 2)
  const word = cut.search(/\s\S*$/)
  const kept = word > most / 2 ? cut.slice(0, word) : cut.replace(/[\ud800-\udbff]$/, '')
  return `${kept.trimEnd()}…`
}
