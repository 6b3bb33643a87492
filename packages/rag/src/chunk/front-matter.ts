import type { Span } from '@voisin/spec'
import { lineAt } from './lines.ts'

const KINDS: readonly { readonly fence: RegExp; readonly end: RegExp; readonly inside: RegExp }[] = [
  // YAML: a key, a comment, or an element of a list.
  {
    fence: /^---\s*$/,
    end: /^(?:---|\.\.\.)\s*$/,
    inside: /^(?:["']?[\p{L}\p{N}_$@.-]+(?: [\p{L}\p{N}_.-]+){0,3}["']?:(?:\s|$)|#|- )/u,
  },
  // TOML: a key, a table, or a comment.
  { fence: /^\+\+\+\s*$/, end: /^\+\+\+\s*$/, inside: /^(?:["']?[\p{L}\p{N}_][^=]{0,200}=|\[|#)/u },
  { fence: /^;;;\s*$/, end: /^;;;\s*$/, inside: /./ },
]

/** The front matter that a text begins with (YAML, TOML or JSON), with its fences. */
export function findFrontMatter(text: string): Span | undefined {
  const start = text.startsWith('\ufeff') ? 1 : 0
  const first = lineAt(text, start)
  const fence = text.slice(start, Math.min(first.end, start + 100))
  const kind = KINDS.find((each) => each.fence.test(fence))
  const end = kind
    ? endOfFenced(text, first.next, kind)
    : /^\{\s*$/.test(fence)
      ? endOfObject(text, start, first.next)
      : undefined
  return end === undefined ? undefined : { start, end }
}

/** Where the closing fence ends, if what stands before it is what such a front matter has. */
function endOfFenced(text: string, from: number, { end, inside }: (typeof KINDS)[number]): number | undefined {
  let isInside = false
  for (let at = from; at < text.length; ) {
    const line = lineAt(text, at)
    const content = text.slice(line.start, Math.min(line.end, line.start + 300))
    if (end.test(content)) return isInside ? line.end : undefined
    if (!isInside && content.trim() !== '') {
      if (!inside.test(content)) return undefined
      isInside = true
    }
    at = line.next
  }
  return undefined
}

/** Where the brace that stands alone on the first line is closed by one that does too, if all between is JSON and more text follows. */
function endOfObject(text: string, start: number, from: number): number | undefined {
  for (let at = from; at < text.length; ) {
    const line = lineAt(text, at)
    if (/^\}\s*$/.test(text.slice(line.start, Math.min(line.end, line.start + 100)))) {
      return line.next < text.length && isObject(text.slice(start, line.end)) ? line.end : undefined
    }
    at = line.next
  }
  return undefined
}

function isObject(json: string): boolean {
  try {
    JSON.parse(json)
    return true
  } catch {
    return false
  }
}
