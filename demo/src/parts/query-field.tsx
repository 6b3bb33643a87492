import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { words } from '../i18n/index.ts'
import { place } from '../route.ts'
import './query-field.css'

interface Props {
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly onInput: (value: string) => void
  /** With it the line grows with what is written, and Enter sends it. */
  readonly onSubmit?: () => void
  readonly children?: ComponentChildren
}

/** The one line a reader writes on. The cursor is here when the room is entered, and `/` brings it back. */
export function QueryField({ label, placeholder, value, onInput, onSubmit, children }: Props) {
  useEffect(() => {
    // On a touch screen a focused field would cover half the room with a keyboard; an open document has the focus itself.
    if (matchMedia('(hover: hover)').matches && place.value.open === undefined) field()?.focus({ preventScroll: true })
  }, [])
  const submit = (event: Event) => {
    event.preventDefault()
    onSubmit?.()
  }
  const shared = {
    id: 'query',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: false,
    maxLength: 2000,
    'aria-label': label,
    placeholder,
    value,
  } as const
  return (
    <search>
      <form class="query-field" onSubmit={submit}>
        <svg class="query-ring" viewBox="-10 -10 20 20" aria-hidden="true">
          <circle r="7" />
        </svg>
        {onSubmit ? (
          <textarea
            {...shared}
            rows={1}
            enterkeyhint="send"
            onInput={(event) => onInput(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event)
            }}
          />
        ) : (
          <input {...shared} type="text" enterkeyhint="search" onInput={(event) => onInput(event.currentTarget.value)} />
        )}
        {value !== '' && !children && (
          <button type="button" class="query-clear small" onClick={() => clear(onInput)}>
            {words.value.search.clear}
          </button>
        )}
        {children}
      </form>
    </search>
  )
}

function field(): HTMLElement | null {
  return document.querySelector<HTMLElement>('#query')
}

function clear(onInput: (value: string) => void): void {
  onInput('')
  field()?.focus()
}
