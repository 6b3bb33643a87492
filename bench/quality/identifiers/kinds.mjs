// Which texts are identifiers, and of which kind.

const EXTENSION =
  'conf|cfg|ini|rc|xml|json|yaml|yml|toml|txt|log|sh|pl|py|so|service|socket|db|lua|h|c|tcl|dat|pid|sock|cache|list|d'

/** Kind to form; the first that a text has is its kind. */
const FORMS = {
  'long flag': /^--[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/,
  version: /^\d{1,3}\.\d{1,3}\.\d{1,3}$/,
  'error code': /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/,
  snake: /^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/,
  camel: /^[A-Za-z][a-z]+(?:[A-Z][a-z]+)+$/,
  path: new RegExp(`^(?:/[\\w+-][\\w.+-]*){2,6}$|^[a-z][\\w+-]*(?:\\.[\\w+-]+)*\\.(?:${EXTENSION})$`),
  kebab: /^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/,
  // Letters first: 256-bit and 500MB are quantities.
  'part number': /^[A-Z][A-Za-z]{0,4}-?\d{2,5}[A-Za-z0-9]{0,3}$/,
}

export const KINDS = Object.keys(FORMS)

/** Undefined for words, numbers, addresses of networks and texts that are hardly names. */
export function kindOf(text) {
  if (text.length < 4 || text.length > 40 || /^(?:0x|127\.|10\.|192\.|172\.)/.test(text)) return undefined
  return KINDS.find((kind) => FORMS[kind].test(text))
}

/** Whole tokens: what stands between blanks, quotes and brackets, without the punctuation of the sentence. */
export function tokensOf(text) {
  return [...text.matchAll(/[\p{L}\p{N}_./+-]+/gu)].map(([run]) => run.replace(/^[.+]+(?=[^.+])|[./+-]+$/gu, '')).filter(Boolean)
}

/** The same for all spellings of an identifier: case, separators and a version's "v" make no other one. */
export function keyOf(text) {
  return text
    .toLowerCase()
    .replace(/^v(?=\d)/, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
}
