export interface Findings {
  /** Lines that were running heads or feet. */
  readonly furnitureCount: number
  /** Pages without text. */
  readonly bare: readonly number[]
  readonly unreadable: readonly number[]
  /** The last page that was tried, of `total`. */
  readonly lastRead: number
  readonly total: number
  readonly missingMaps: ReadonlySet<string>
  readonly hasOcr: boolean
}

/** What was left out, in sentences. */
export function noticesOf({ furnitureCount, bare, unreadable, lastRead, total, missingMaps, hasOcr }: Findings): string[] {
  const notices: string[] = []
  if (furnitureCount > 0) notices.push(`Running heads and feet were left out (${furnitureCount} lines).`)
  if (bare.length > 0) notices.push(`No text was found on ${pages(bare)}${hasOcr ? '' : '; a scan needs OCR'}.`)
  if (unreadable.length > 0) notices.push(`What is damaged was left out: ${pages(unreadable)}.`)
  if (lastRead < total) notices.push(`Nothing was read after page ${lastRead}, of ${total} that the file claims.`)
  if (missingMaps.size > 0) {
    notices.push(`Text in fonts that are not embedded was left out, for want of character maps (${[...missingMaps].join(', ')}).`)
  }
  return notices
}

/** "page 3", or "pages 1 to 4, 7". */
function pages(numbers: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const number of numbers) {
    const last = ranges.at(-1)
    if (last && number === last[1] + 1) last[1] = number
    else ranges.push([number, number])
  }
  const shown = ranges.slice(0, 20).map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`))
  return `page${numbers.length > 1 ? 's' : ''} ${shown.join(', ')}${ranges.length > 20 ? ' and others' : ''}`
}
