import { words } from '../i18n/index.ts'
import { documents } from '../library.ts'
import './suggestions.css'

interface Props {
  readonly invite: string
  readonly kind: 'search' | 'ask'
  readonly choose: (text: string) => void
}

/** What to type when one does not know what to type: only about documents that are here. */
export function Suggestions({ invite, kind, choose }: Props) {
  const { suggestions, [kind]: text } = words.value
  const shown = suggestions[kind].filter(({ about }) => documents.value?.some(({ id }) => id === about))
  return (
    <section class="suggestions">
      <p class="quiet">{invite}</p>
      {shown.length > 0 && (
        <>
          <h2 class="small quiet">{text.tryThese}</h2>
          <ul>
            {shown.map(({ text: suggestion }) => (
              <li key={suggestion}>
                <button type="button" class="word" onClick={() => choose(suggestion)}>
                  {suggestion}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
