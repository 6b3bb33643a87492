/** An identifier that stands in one document alone. */
export interface Identifier {
  readonly kind: IdentifierKind
  readonly text: string
  /** Id of the document. */
  readonly document: string
}

export type IdentifierKind = 'long flag' | 'version' | 'error code' | 'snake' | 'camel' | 'path' | 'kebab' | 'part number'

/** How somebody asks who knows the identifier, more or less. */
export type Way = 'exact' | 'question' | 'other spelling' | 'words'
export const WAYS: readonly Way[] = ['exact', 'question', 'other spelling', 'words']

const QUESTIONS = ['What does X do?', 'What is X for?', 'How is X used?', 'Where do I find X?']
const QUESTIONS_OF: Partial<Record<IdentifierKind, readonly string[]>> = {
  version: ['What changed in version X?', 'What is new in X?', 'Since when is it so, X?'],
  'error code': ['What does X mean?', 'When is it X?', 'What is X for?'],
  path: ['What is X for?', 'What is in X?', 'Who reads X?'],
  'part number': ['Is X supported?', 'What is X?', 'What is known of X?'],
}

/**
 * What is asked for an identifier; undefined where the way is none for its kind.
 *
 * @param random Numbers from 0 up to 1, for what is a matter of taste.
 */
export function askedFor({ kind, text }: Pick<Identifier, 'kind' | 'text'>, way: Way, random: () => number): string | undefined {
  switch (way) {
    case 'exact':
      return text
    case 'question':
      return pick(QUESTIONS_OF[kind] ?? QUESTIONS, random).replace('X', () => text)
    case 'other spelling':
      return otherSpelling(kind, text, random)
    case 'words':
      return kind === 'version' ? undefined : partsOf(text).join(' ').toLowerCase()
  }
}

function otherSpelling(kind: IdentifierKind, text: string, random: () => number): string {
  const parts = partsOf(text).map((part) => part.toLowerCase())
  const camel = () => parts.map((part, i) => (i === 0 ? part : part[0]!.toUpperCase() + part.slice(1))).join('')
  switch (kind) {
    case 'long flag':
      return text.slice(2)
    case 'version':
      return `v${text}`
    case 'error code':
      return pick([text.toLowerCase(), text.replaceAll('_', '-')], random)
    case 'snake':
      return pick([camel(), parts.join('-')], random)
    case 'kebab':
      return pick([camel(), parts.join('_')], random)
    case 'camel':
      return parts.join('_')
    case 'path':
      if (!text.includes('/')) return `./${text}`
      return pick([text.replaceAll('/', '\\'), text.slice(text.lastIndexOf('/') + 1)], random)
    case 'part number':
      return text.includes('-') ? text.replace('-', '') : text.replace(/(?<=[A-Za-z])(?=\d)/, '-').toLowerCase()
  }
}

function partsOf(text: string): string[] {
  return text.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+/gu) ?? []
}

function pick<T>(choices: readonly T[], random: () => number): T {
  return choices[Math.floor(random() * choices.length)]!
}
