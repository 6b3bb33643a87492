/** How likely a word has an error. */
const RATE = 0.3
/** Letters of one word. Chinese is typed by sound, and what goes wrong there is another word. */
const WORD = /(?:(?!\p{Script=Han})[\p{L}\p{M}]){4,}/gu

/**
 * The text as it may be typed in a hurry: in some of its words of four letters and more one letter is left out, put in, replaced by
 * another letter of the word, or exchanged with its neighbour. First letters stay first, as they mostly do.
 *
 * @param random Numbers from 0 up to 1.
 */
export function withTypingErrors(text: string, random: () => number): string {
  return text.replace(WORD, (word) => (random() < RATE ? mistyped([...word], random) : word))
}

function mistyped(letters: string[], random: () => number): string {
  const among = (count: number) => Math.floor(random() * count)
  const at = 1 + among(letters.length - 1)
  const any = letters[among(letters.length)]!
  switch (among(4)) {
    case 0:
      letters.splice(at, 1)
      break
    case 1:
      letters.splice(at, 0, any)
      break
    case 2: {
      const others = letters.filter((letter) => letter !== letters[at])
      letters[at] = others[among(others.length)] ?? any
      break
    }
    default: {
      const before = Math.max(at - 1, 1)
      const after = before + 1
      const letter = letters[before]!
      letters[before] = letters[after]!
      letters[after] = letter
    }
  }
  return letters.join('')
}
