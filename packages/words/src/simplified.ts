/// <reference path="./opencc-js.d.ts" />
// Traditional characters and their simplified ones, as OpenCC has them; packed with this package: see scripts/bundle-modules.mjs.
import pairs from 'opencc-js/dict/TSCharacters'

let simplified: ReadonlyMap<string, string> | undefined

/** A character of Chinese, simplified. Any other stays as it is. */
export function toSimplified(character: string): string {
  simplified ??= new Map(pairs.split('|').map((pair) => pair.split(' ') as [string, string]))
  return simplified.get(character) ?? character
}
