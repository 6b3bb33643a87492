import { createHash } from 'node:crypto'
import { KINDS, keyOf, kindOf, tokensOf } from './kinds.mjs'

const SEED = 'voisin'

/** In an order that looks like chance and is always the same. */
export function shuffled(values, nameOf) {
  const drawn = (value) =>
    createHash('sha256')
      .update(`${SEED}/${nameOf(value)}`)
      .digest('hex')
  return values
    .map((value) => ({ value, at: drawn(value) }))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ value }) => value)
}

/**
 * Identifiers that stand in one document alone, in no other spelling elsewhere, at most so many of each kind.
 *
 * @param documents Those with `names` say which words with hyphens are names; others are English.
 */
export function chooseIdentifiers(documents, mostOfKind) {
  const owners = new Map()
  for (const { id, title, text } of documents) {
    for (const token of tokensOf(`${title}\n${text}`)) {
      for (const part of new Set([token, ...token.split('/')])) {
        const key = keyOf(part)
        const owner = owners.get(key)
        if (owner === undefined) owners.set(key, id)
        else if (owner !== id) owners.set(key, null)
      }
    }
  }
  const isAlone = (text, id) => owners.get(keyOf(text)) === id && owners.get(keyOf(text.split('/').at(-1))) === id
  const found = documents.flatMap(({ id, text, names }) => {
    const named = new Set(tokensOf(names))
    return [...new Set(tokensOf(text))]
      .map((token) => ({ kind: kindOf(token), text: token, document: id }))
      .filter(({ kind, text }) => kind !== undefined && (kind !== 'kebab' || named.has(text)) && isAlone(text, id))
  })
  return KINDS.flatMap((kind) => {
    const ofKind = found.filter((each) => each.kind === kind)
    return shuffled(ofKind, ({ text, document }) => `${document}/${text}`).slice(0, mostOfKind)
  })
}
