import { findWords, fold } from '@voisin/words'

/** What the answer to a question must have: a name, a number, or nothing that its words show. */
export type ExpectedForm = 'name' | 'number' | 'any'

// Folded. First words of questions in English and French; the rest of the grammar is left to the embedder.
const NAME = /^(who|whom|qui|de qui|a qui|par qui)\b/
const NUMBER =
  /^(when|quand|depuis quand|jusqu'a quand)\b|\b(how (many|much|old|long|far|tall|high|big|large|fast|deep|heavy|hot|cold|often)|combien|(what|which|in what|in which) (year|date|day|century)|quel(le)? (annee|date|jour|siecle|age|vitesse|hauteur|taille|distance|longueur|altitude|temperature))\b/

const NUMBER_WORDS = new Set(
  `two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen eighteen twenty thirty forty fifty
  sixty seventy eighty ninety hundred hundreds thousand thousands million millions billion half dozen twice
  deux trois quatre cinq sept huit neuf dix onze douze treize quatorze quinze seize vingt vingtaine trente trentaine quarante
  quarantaine cinquante cinquantaine soixante soixantaine cent cents centaine mille millier milliers milliard dizaine douzaine
  quinzaine moitie`.split(/\s+/),
)

export function expectedForm(question: string): ExpectedForm {
  const folded = fold(question).trim().replaceAll('’', "'")
  return NAME.test(folded) ? 'name' : NUMBER.test(folded) ? 'number' : 'any'
}

/** Whether a statement has what is expected. */
export function hasForm(statement: string, form: ExpectedForm): boolean {
  if (form === 'any') return false
  if (form === 'name') return /[^.!?:\s]\s+["“«*_]*\p{Lu}\p{Ll}/u.test(statement)
  return /\p{N}/u.test(statement) || findWords(statement).some(({ text }) => NUMBER_WORDS.has(text))
}
