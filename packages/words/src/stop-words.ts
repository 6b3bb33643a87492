import { findWords, type Word } from './find-words.ts'

// Folded, as words are compared.
const ENGLISH = listed(`
  a about above after again against all also am an and any are aren't as at be because been before being below between both but by
  can can't cannot could couldn't did didn't do does doesn't doing don't down during each few for from further had hadn't has hasn't
  have haven't having he her here hers herself him himself his how i if in into is isn't it it's its itself just let me more most my
  myself no nor not of off on once only or other our ours ourselves out over own same shall she should so some such than that that's
  the their theirs them themselves then there these they this those through to too under until up upon us very was wasn't we were
  weren't what what's when where which while who who's whom whose why will with within without won't would wouldn't you your yours
  yourself yourselves e.g i.e c.f and/or`)
const FRENCH = listed(`
  a ai ainsi alors apres as au aucun aucune aujourd'hui aussi autre autres aux avait avant avec avez avoir avons c car ce ceci cela
  celle celles celui ces cet cette ceux chaque chez combien comme comment d dans de depuis des doit donc dont du elle elles en encore
  entre es est et etaient etait etant ete etre eu eux fait font furent fut il ils j je jusqu l la laquelle le lequel les lesquelles
  lesquels leur leurs lors lorsqu lorsque lui m ma mais me mes moi moins mon n ne ni non nos notre nous on ont ou par parce pas
  pendant peu peut peuvent plus pour pourquoi puis puisque qu quand que quel quelle quelles quels qui quoi quoique s sa sans se sera
  seront ses si soi soit sommes son sont sous suis sur t ta tant te tes toi ton tous tout toute toutes tres tu un une unes uns vers
  vos votre vous y`)

// Function words of one language that are everyday nouns or verbs of the other: only the language of the text tells which they are.
const AMBIGUOUS = listed('an but car comment dont entre fait font or pendant pour son ton tout')

function listed(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/))
}

/** Whether a folded word carries no meaning of its own in English or French, whatever the text is about. */
export function isStopWord(word: string): boolean {
  return (ENGLISH.has(word) || FRENCH.has(word)) && !AMBIGUOUS.has(word)
}

/**
 * The words of a text that say what it is about. Where a word is a function word of one language and a noun of the other ('car',
 * 'son', 'comment'), the language most of the text's other function words belong to decides. All words, where every one is a stop word.
 */
export function contentWords(text: string): Word[] {
  return contentOf(findWords(text))
}

/** The same of the words of a text. */
export function contentOf<W extends Pick<Word, 'text'>>(words: readonly W[]): W[] {
  const language = ownLanguage(words)
  const content = words.filter((word) => !isStopWord(word.text) && !language.has(word.text))
  return content.length > 0 ? content : [...words]
}

const NEITHER: ReadonlySet<string> = new Set()

function ownLanguage(words: readonly Pick<Word, 'text'>[]): ReadonlySet<string> {
  let balance = 0
  for (const { text } of words) balance += Number(FRENCH.has(text)) - Number(ENGLISH.has(text))
  return balance > 0 ? FRENCH : balance < 0 ? ENGLISH : NEITHER
}
