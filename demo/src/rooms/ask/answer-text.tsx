import type { Citation } from '@voisin/spec'
import type { ComponentChildren } from 'preact'
import { plain } from '../../format.ts'
import { words } from '../../i18n/index.ts'
import { lit } from './state.ts'

/** The answer, with its citations as small numbers that light their source. */
export function AnswerText({ text, citations }: { readonly text: string; readonly citations: readonly Citation[] }) {
  const parts: ComponentChildren[] = []
  let at = 0
  for (const found of text.matchAll(/\s*\[(\d+)\]/g)) {
    const number = Number(found[1])
    if (!citations.some((citation) => citation.number === number)) continue
    parts.push(<Said text={text.slice(at, found.index)} number={number} />, <Pointer number={number} />)
    at = found.index + found[0].length
  }
  parts.push(text.slice(at))
  return <p class="answer">{parts}</p>
}

/** What stands before a number is what its source says. */
function Said({ text, number }: { readonly text: string; readonly number: number }) {
  return <span class={lit.value === number ? 'said lit' : 'said'}>{text}</span>
}

function Pointer({ number }: { readonly number: number }) {
  const light = () => {
    lit.value = number
  }
  const dim = () => {
    lit.value = undefined
  }
  return (
    <a
      class="citation figure"
      href={`#source-${number}`}
      aria-label={words.value.ask.source(plain(number))}
      onPointerEnter={light}
      onPointerLeave={dim}
      onFocus={light}
      onBlur={dim}
    >
      {plain(number)}
    </a>
  )
}
