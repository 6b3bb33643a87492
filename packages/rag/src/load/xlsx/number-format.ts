/** Shows the value of a cell. */
export type NumberFormat = (value: number) => string

/** What the numbers of formats that every workbook has stand for. */
const BUILT_IN: Readonly<Record<number, string>> = {
  1: '0',
  2: '0.00',
  3: '#,##0',
  4: '#,##0.00',
  9: '0%',
  10: '0.00%',
  14: 'yyyy-mm-dd',
  18: 'h:mm',
  19: 'h:mm:ss',
  20: 'h:mm',
  21: 'h:mm:ss',
  22: 'yyyy-mm-dd h:mm',
  37: '#,##0',
  38: '#,##0',
  39: '#,##0.00',
  40: '#,##0.00',
  45: 'mm:ss',
  46: '[h]:mm:ss',
  47: 'mm:ss',
}
const DAY_SECONDS = 86_400
/** The day before the first of the calendar that begins with 1904, in that which begins with 1900. */
const DAYS_TO_1904 = 1_462
/** Up to the end of the year 9999. */
const LAST_DAY = 2_958_466

export function builtInFormat(id: number): string | undefined {
  // Dates as East Asian versions write them.
  if ((id >= 15 && id <= 17) || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58)) return 'yyyy-mm-dd'
  return id >= 32 && id <= 35 ? 'h:mm:ss' : BUILT_IN[id]
}

/** Reads a format as a spreadsheet writes it: dates become ISO 8601, whatever their order; numbers keep their decimals, their groups, % and currency. */
export function readFormat(code: string | undefined, is1904: boolean): NumberFormat {
  if (code === undefined || /^general$/i.test(code)) return plainNumber
  const sections = sectionsOf(code)
  const bare = withoutLiterals(sections[0]!)
  const time = timeParts(bare)
  if (time) return (value) => dateText(value + (is1904 ? DAYS_TO_1904 : 0), time) ?? plainNumber(value)
  if (/[eE][+-]|\?\s*\/|#\s*\/|@/.test(bare) || !/[0#?]/.test(bare)) return plainNumber
  const shows = sections.map(numberSection)
  return (value) => {
    const isNegative = value < 0
    const section = shows[isNegative && shows.length > 1 ? 1 : value === 0 && shows.length > 2 ? 2 : 0]!
    const text = section(Math.abs(value))
    // A section for negative numbers has its own sign: a minus, or parentheses.
    return isNegative && (shows.length === 1 || !/[-(]/.test(sections[1]!)) ? `-${text}` : text
  }
}

/** Without the digits that a binary number has beyond those that were typed. */
export const plainNumber: NumberFormat = (value) => String(Number(value.toPrecision(15)))

function sectionsOf(code: string): string[] {
  const sections: string[] = ['']
  for (const part of code.match(/"[^"]*"|\\.|[^"\\]/gsu) ?? []) {
    if (part === ';') sections.push('')
    else sections[sections.length - 1] += part
  }
  return sections
}

const withoutLiterals = (section: string): string => section.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/giu, '')

interface TimeParts {
  readonly hasDate: boolean
  readonly hasSeconds: boolean
  /** Hours go on beyond 24. */
  readonly isElapsed: boolean
}

function timeParts(bare: string): TimeParts | undefined {
  const letters = bare.toLowerCase().replace(/general|am\/pm|a\/p/g, '')
  if (!/[ymdhs]/.test(letters) || /[0#](?!.*s)/.test(letters.replace(/s[.,]0+/g, 's'))) return undefined
  const hasTime = /[hs]/.test(letters)
  const hasDate = /[yd]/.test(letters) || (/m/.test(letters) && !hasTime)
  return { hasDate, hasSeconds: letters.includes('s'), isElapsed: /\[[hms]+\]/.test(letters) }
}

function dateText(value: number, { hasDate, hasSeconds, isElapsed }: TimeParts): string | undefined {
  if (!(value >= 0 && value < LAST_DAY)) return undefined
  const seconds = Math.round(value * DAY_SECONDS)
  // The spreadsheet's calendar has a 29 February 1900, which there was not.
  const days = Math.floor(seconds / DAY_SECONDS)
  const date = new Date(Date.UTC(1899, 11, days < 60 ? 31 : 30) + seconds * 1000).toISOString()
  const rest = isElapsed ? seconds : seconds % DAY_SECONDS
  const two = (part: number) => String(part).padStart(2, '0')
  const clock = `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}`
  const time = hasSeconds || rest % 60 !== 0 ? `${clock}:${two(rest % 60)}` : clock
  if (!hasDate || isElapsed) return time
  return rest !== 0 ? `${date.slice(0, 10)}T${time}` : date.slice(0, 10)
}

/** How one section writes a number that is not negative. */
function numberSection(section: string): NumberFormat {
  let [before, pattern, after] = ['', '', '']
  for (const [part] of section.matchAll(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|[0#?,.]+|./gsu)) {
    if (/^[0#?.,]+$/.test(part) && /[0#?.]/.test(part)) pattern += part
    else if (pattern === '') before += literal(part)
    else after += literal(part)
  }
  if (pattern === '') return () => (before + after).trim()
  const decimals = Math.min(15, (/\.([0#?]*)/.exec(pattern)?.[1] ?? '').length)
  const fewest = Math.min(decimals, (/\.(0*)/.exec(pattern)?.[1] ?? '').length)
  const thousands = (/,+(?=\.|$)/.exec(pattern)?.[0] ?? '').length
  const zeros = Math.min(15, (pattern.split('.')[0]!.match(/0/g) ?? []).length)
  const isGrouped = /[0#?],[0#?]/.test(pattern)
  const isPercent = section.includes('%')
  return (value) => {
    const scaled = (isPercent ? value * 100 : value) / 1000 ** thousands
    if (!(scaled < 1e21)) return plainNumber(value)
    const [whole, part = ''] = scaled.toFixed(decimals).split('.')
    let fraction = part
    while (fraction.length > fewest && fraction.endsWith('0')) fraction = fraction.slice(0, -1)
    const padded = whole!.padStart(zeros, '0')
    const digits = isGrouped ? padded.replace(/\B(?=(?:\d{3})+$)/g, ',') : padded
    return `${before}${digits}${fraction === '' ? '' : `.${fraction}`}${after}`.trim()
  }
}

function literal(part: string): string {
  if (part.startsWith('"')) return part.slice(1, -1)
  if (part.startsWith('\\')) return part.slice(1)
  if (part.startsWith('[')) return /^\[\$([^-\]]*)/.exec(part)?.[1] ?? ''
  return /^[_*]/.test(part) ? '' : part
}
