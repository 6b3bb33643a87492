// Packed with this package as one file: see scripts/bundle-modules.mjs.
import { Tokenizer as Htmlparser2 } from 'htmlparser2'

/** What a tokenizer finds; ranges are of the text that is written to it, code points are those of character references. */
export interface TokenHandler {
  onopentagname(start: number, end: number): void
  onattribname(start: number, end: number): void
  onattribdata(start: number, end: number): void
  onattribentity(codePoint: number): void
  onattribend(quote: number, end: number): void
  onopentagend(end: number): void
  onselfclosingtag(end: number): void
  onclosetag(start: number, end: number): void
  ontext(start: number, end: number): void
  ontextentity(codePoint: number, end: number): void
  oncdata(start: number, end: number, endOffset: number): void
  oncomment(start: number, end: number, endOffset: number): void
  ondeclaration(start: number, end: number): void
  onprocessinginstruction(start: number, end: number): void
  onend(): void
  isInForeignContext(): boolean
}

/** Reads a whole HTML text, to its end. */
export function tokenize(text: string, handler: TokenHandler): void {
  const tokenizer = new Htmlparser2({ decodeEntities: true, xmlMode: false }, handler)
  tokenizer.write(text)
  tokenizer.end()
}
