import type { Extracted } from '../extracted.ts'

const TIME = /(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?/
const TIMING = new RegExp(`^[ \\t]*${TIME.source}[ \\t]*-->[ \\t]*${TIME.source}`)
const TAGS = /<\/?(?:[a-z][^<>\n]{0,200}|\d[\d:.]*)>|\{\\[^{}\n]{0,200}\}/gi
const REFERENCES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&nbsp;': ' ',
  '&lrm;': '',
  '&rlm;': '',
}
const ENDED = /[.!?…。！？]["'”’»)\]]*$/
/** A paragraph ends with a sentence after so many seconds, or where nothing is said for so many. */
const LONGEST_SECONDS = 30
const SILENCE_SECONDS = 4

interface Cue {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * Reads subtitles, SRT or WebVTT, as running text: cues that belong together are a paragraph, which begins with its time in brackets.
 * What is shown twice in a row, as rolling captions do, is read once.
 */
export function readSubtitles(text: string): Extracted {
  const cues = cuesOf(text.replace(/\r\n?/g, '\n').replace(/^\ufeff/, ''))
  const paragraphs: string[] = []
  let open: { readonly start: number; end: number; lines: string[] } | undefined
  for (const { start, end, text: said } of cues) {
    const isOver =
      open && (start - open.end >= SILENCE_SECONDS || (start - open.start >= LONGEST_SECONDS && ENDED.test(open.lines.at(-1)!)))
    if (!open || isOver) {
      if (open) paragraphs.push(paragraphOf(open))
      open = { start, end, lines: [] }
    }
    open.end = Math.max(open.end, end)
    open.lines.push(said)
  }
  if (open) paragraphs.push(paragraphOf(open))
  return { text: paragraphs.join('\n\n'), format: 'plain' }
}

const paragraphOf = ({ start, lines }: { readonly start: number; readonly lines: readonly string[] }): string =>
  `[${timeText(start)}] ${lines.join(' ')}`

function cuesOf(text: string): Cue[] {
  const cues: Cue[] = []
  const lines = text.split('\n')
  let before: string[] = []
  for (let at = 0; at < lines.length; at++) {
    const timing = TIMING.exec(lines[at]!)
    if (!timing) continue
    const shown: string[] = []
    while (at + 1 < lines.length && lines[at + 1]!.trim() !== '' && !TIMING.test(lines[at + 1]!)) {
      at++
      // A number before the next time is that cue's, where no empty line parts the two.
      if (/^\d+\s*$/.test(lines[at]!) && TIMING.test(lines[at + 1] ?? '')) break
      const line = plainLine(lines[at]!)
      if (line !== '') shown.push(line)
    }
    const fresh = withoutShown(before, shown)
    if (shown.length > 0) before = shown
    if (fresh.length > 0) cues.push({ start: seconds(timing, 1), end: seconds(timing, 5), text: fresh.join(' ') })
  }
  return cues
}

/** Lines that are still on the screen from the cue before are not said again. */
function withoutShown(before: readonly string[], shown: readonly string[]): readonly string[] {
  for (let count = Math.min(before.length, shown.length); count > 0; count--) {
    if (before.slice(-count).every((line, index) => line === shown[index])) return shown.slice(count)
  }
  return shown
}

function plainLine(line: string): string {
  const voice = /<v(?:\.[^\s<>]*)?\s+([^<>]{1,100})>/i.exec(line)?.[1]?.trim()
  const plain = line
    .replace(TAGS, '')
    .replace(/&[a-z]{2,4};/g, (reference) => REFERENCES[reference] ?? reference)
    .replace(/\s+/g, ' ')
    .trim()
  return voice === undefined || plain === '' ? plain : `${voice}: ${plain}`
}

function seconds(timing: RegExpExecArray, at: number): number {
  const [hours, minutes, whole] = [timing[at] ?? 0, timing[at + 1], timing[at + 2]].map(Number)
  return hours! * 3600 + minutes! * 60 + whole!
}

function timeText(all: number): string {
  const parts = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60].map((part) => String(part).padStart(2, '0'))
  return (parts[0] === '00' ? parts.slice(1) : parts).join(':')
}
