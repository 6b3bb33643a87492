import { type Block, LABEL } from './blocks.ts'
import { codeUnits } from './code-units.ts'
import { filledLines, lineAt } from './lines.ts'
import { type Part, partsOf, type Unit } from './parts.ts'
import { isQuestion, MARKUP_END } from './question-lines.ts'
import { findSentences } from './sentences.ts'
import { entriesUnit, linesUnit, markdownTableUnit, textUnit } from './units.ts'

/** A question is not longer, and what announces a list neither, to be read again above what follows. */
const LONGEST_QUESTION = 300

/**
 * The blocks below one heading as units. What a text announces (it ends with a colon) belongs to it: a list, or else the next block. So do an
 * item's own items and paragraphs to the item, and what answers a question to it.
 */
export function sectionUnits(text: string, blocks: readonly Block[]): Unit[] {
  const questions = questionsOf(text, blocks)
  const units: Unit[] = []
  const items: Block[] = []
  let answers = 0
  let announced: 'list' | 'next' | undefined
  for (const [at, block] of blocks.entries()) {
    const { kind, indent } = block
    while (items.length > 0 && indent < items.at(-1)!.indent + 2) items.pop()
    const question = questions[at]
    if (kind === 'rule') answers = 0
    const isListed = kind === 'item' || items.length > 0
    if (question !== undefined && !(announced === 'list' && isListed)) {
      answers = question.answers
      announced = undefined
      items.length = 0
    } else if (announced === 'list' && !isListed) announced = undefined
    const isAnswer = question === undefined && answers > 0
    const depth = (isAnswer ? 1 : 0) + (announced === undefined ? 0 : 1) + items.length
    // A list is one answer.
    if (isAnswer && depth === 1 && !(kind === 'item' && blocks[at + 1]?.kind === 'item')) answers--
    if (announced === 'next') announced = undefined
    const lead = question?.text ?? leadOf(text, block)
    units.push(unitOf(text, block, depth, lead, question !== undefined))
    if (kind === 'item') items.push(block)
    else if (kind === 'paragraph' && items.length === 0 && lead !== '' && question === undefined)
      announced = blocks[at + 1]?.kind === 'item' ? 'list' : 'next'
  }
  return units
}

function unitOf(text: string, block: Block, depth: number, lead: string, isQuestion: boolean): Unit {
  const { kind, opening } = block
  const span = { start: block.start, end: block.end }
  if (kind === 'table') return markdownTableUnit(text, span, opening, depth)
  if (kind === 'lines') return entriesUnit(text, span, depth)
  if (kind === 'code') return codeUnit(text, block, depth)
  if (kind === 'paragraph' || kind === 'item') return textUnit(text, span, { depth, lead, ...(isQuestion && { ownLead: lead }) })
  return linesUnit(text, span, { depth })
}

/** Code, cut as a file of it is; each part of fenced code from the second on under the line of the fence. */
function codeUnit(text: string, { start, end, opening }: Block, depth: number): Unit {
  return {
    start,
    end,
    depth,
    lead: '',
    cut(outer, most): readonly Part[] {
      if (opening === undefined) return partsOf(codeUnits(text, { start, end }), most, { outer })
      const fence = linesUnit(text, opening, { lead: text.slice(opening.start, opening.end) })
      const inside = codeUnits(text, { start: lineAt(text, opening.start).next, end }, 1)
      return partsOf([fence, ...inside], most, { outer })
    },
  }
}

/** What a block announces something with: the sentence that ends with a colon, or of an item its first. */
function leadOf(text: string, { kind, start, end }: Block): string {
  if (kind === 'item') {
    const [first] = findSentences(text, { start, end: Math.min(end, start + LONGEST_QUESTION) })
    return first ? text.slice(first.start, first.end) : ''
  }
  if (kind !== 'paragraph' || !/[:：]$/.test(text.slice(Math.max(start, end - 8), end).replace(MARKUP_END, ''))) return ''
  const last = findSentences(text, { start: Math.max(start, end - 4 * LONGEST_QUESTION), end }).at(-1)!
  return text.slice(last.start, last.end)
}

interface Question {
  readonly text: string
  /** How many blocks below it answer it at most. */
  readonly answers: number
}

/**
 * Which blocks are questions, each by its shape: a line that ends with a question mark, alone, in bold, or after a label (`Q:`, `Frage:`);
 * or a label that takes turns with another. One that stands alone in its section is answered by the next block, one of several by all up
 * to the next.
 */
function questionsOf(text: string, blocks: readonly Block[]): readonly (Question | undefined)[] {
  const heads = blocks.map((block) => headOf(text, block))
  const asked = heads.map((head) => head !== undefined && isQuestion(head.line, head.label !== undefined))
  const turns =
    takingTurns(heads.map((head) => head?.label)) ?? heads.find((head, at) => asked[at] && head?.label !== undefined)?.label
  const isSeveral = asked.filter(Boolean).length > 1 || turns !== undefined
  return heads.map((head, at) => {
    if (head === undefined || !(asked[at] || (turns !== undefined && head.label === turns))) return undefined
    const isMarked = head.label !== undefined || /^[\s>]*(?:\*\*|__)/.test(head.line)
    return { text: head.line.trim(), answers: isSeveral || isMarked ? Number.POSITIVE_INFINITY : 1 }
  })
}

interface Head {
  readonly line: string
  readonly label: string | undefined
}

function headOf(text: string, { kind, start, end }: Block): Head | undefined {
  if (kind !== 'paragraph' && kind !== 'item') return undefined
  const [line] = filledLines(text, { start, end: Math.min(end, start + LONGEST_QUESTION) })
  if (line === undefined) return undefined
  const content = text.slice(line.start, line.end)
  // All in bold, with the answer behind it on the same line.
  const bold = /^[\s>]*(?:(?:[-+*•]|\d{1,9}[.)])\s+)?(?:\*\*|__)[^*_]+(?:\*\*|__)/.exec(content)?.[0]
  return { line: bold ?? content, label: LABEL.exec(content.replace(/^\s*(?:[-+*•]|\d{1,9}[.)])\s+/, ''))?.[1] }
}

/** The label that comes first of two that take turns at least twice. */
function takingTurns(labels: readonly (string | undefined)[]): string | undefined {
  const said = labels.filter((label) => label !== undefined)
  const [first, second] = said
  if (said.length < 4 || first === second || said[2] !== first || said[3] !== second) return undefined
  return said.every((label) => label === first || label === second) ? first : undefined
}
