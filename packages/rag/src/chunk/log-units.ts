import { filledLines, indentOf, lineAt } from './lines.ts'
import type { Unit } from './parts.ts'
import { linesUnit } from './units.ts'

const CUE = /^\d[\d:.,]* *--> *\d/m

/** The lines of a log, with the indented ones below each; of subtitles their cues. */
export function logUnits(text: string): Unit[] {
  const isSubtitles = CUE.test(text.slice(0, 2_000))
  const units: Unit[] = []
  let isAfterBlank = true
  for (let at = 0; at < text.length; ) {
    const line = lineAt(text, at)
    at = line.next
    const [span] = filledLines(text, line)
    if (span === undefined) {
      isAfterBlank = true
      continue
    }
    const isFirst =
      units.length === 0 || (isSubtitles ? isAfterBlank : indentOf(text.slice(line.start, span.start + 1)).columns === 0)
    units.push(linesUnit(text, span, { depth: isFirst ? 0 : 1 }))
    isAfterBlank = false
  }
  return units
}
