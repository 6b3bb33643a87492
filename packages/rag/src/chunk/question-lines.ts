import { findSentences } from './sentences.ts'

/** What may stand after the mark that ends a line: emphasis, quotes, brackets. */
export const MARKUP_END: RegExp = /[\s*_`"'”’»)\]]*$/
const QUESTION_END = /[?？؟⸮՞፧]$|\p{Script=Greek}[\p{L}\p{M}]*;$/u
/** So much of a line shows how it ends. */
const END = 80

/** Whether a line is a question and nothing else, or two. @param isLabelled After a label (`Q:`) whatever ends with a question is one. */
export function isQuestion(line: string, isLabelled = false): boolean {
  if (!endsWithQuestion(line)) return false
  const sentences = findSentences(line)
  const [first] = sentences
  return (
    isLabelled || sentences.length === 1 || (sentences.length === 2 && endsWithQuestion(line.slice(first!.start, first!.end)))
  )
}

function endsWithQuestion(line: string): boolean {
  return QUESTION_END.test(line.slice(-END).replace(MARKUP_END, ''))
}
