import { tokenSpans } from '../token-spans.ts'
import type { Tokenizer } from './runtime.ts'

/** The members of transformers.js 2.17.2's PreTrainedTokenizer that are used here. Its version is pinned. */
export interface XenovaTokenizer {
  encode(text: string, pair: null, options: { add_special_tokens: boolean }): number[]
  readonly normalizer: ((text: string) => string) | null
  readonly post_processor:
    | ((tokens: string[], pair: null, options: { add_special_tokens: boolean }) => { tokens: string[] })
    | null
  readonly model: {
    readonly unk_token_id: number | undefined
    convert_tokens_to_ids(tokens: string[]): number[]
    convert_ids_to_tokens(ids: number[]): string[]
    readonly tokens_to_ids: ReadonlyMap<string, number>
  }
}

/** No text becomes this token, so it shows where the text's own tokens go. */
const PLACE = '\u0000text\u0000'
const PAD_TOKENS = ['[PAD]', '<pad>', '<|endoftext|>']

/** Our side of the tokenizer: ids without special tokens, the special tokens apart, so that a text can be cut between them. */
export function xenovaTokenizer(tokenizer: XenovaTokenizer, json: unknown): Tokenizer {
  const { model, post_processor, normalizer } = tokenizer
  const framed = post_processor ? post_processor([PLACE], null, { add_special_tokens: true }).tokens : [PLACE]
  const place = framed.indexOf(PLACE)
  const encode = (text: string) => tokenizer.encode(text, null, { add_special_tokens: false })
  return {
    before: model.convert_tokens_to_ids(framed.slice(0, place)),
    after: model.convert_tokens_to_ids(framed.slice(place + 1)),
    padId: padIdOf(json, model.tokens_to_ids),
    unknownId: model.unk_token_id,
    encode,
    tokens: (text) => {
      const ids = encode(text)
      const texts = model.convert_ids_to_tokens(ids)
      const surfaces = ids.map((id, index) => (id === model.unk_token_id ? undefined : surfaceOf(texts[index]!)))
      const spans = tokenSpans(text, normalizer ?? ((whole) => whole), surfaces)
      return ids.map((id, index) => ({ id, text: texts[index]!, ...spans[index]! }))
    },
  }
}

/** A token's own characters: without WordPiece's mark of continuation or SentencePiece's of a space. */
function surfaceOf(token: string): string {
  return token.startsWith('##') && token.length > 2 ? token.slice(2) : token.replace(/^▁/, '')
}

/** Padding is masked: any id would do, but the tokenizer's own is the one that no model is surprised by. */
function padIdOf(json: unknown, ids: ReadonlyMap<string, number>): number {
  const declared = (json as { padding?: { pad_id?: number } | null }).padding?.pad_id
  return declared ?? PAD_TOKENS.map((token) => ids.get(token)).find((id) => id !== undefined) ?? 0
}
