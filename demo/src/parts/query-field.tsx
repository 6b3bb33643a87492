import type { ComponentChildren } from 'preact'
import { words } from '../i18n/index.ts'
import './query-field.css'

interface Props {
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly onInput: (value: string) => void
  readonly onSubmit?: () => void
  readonly children?: ComponentChildren
}

/** The one line a reader writes on. `/` brings the cursor here. */
export function QueryField({ label, placeholder, value, onInput, onSubmit, children }: Props) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    onSubmit?.()
  }
  return (
    <search>
      <form class="query-field" onSubmit={submit}>
        <svg class="query-ring" viewBox="-10 -10 20 20" aria-hidden="true">
          <circle r="7" />
        </svg>
        <input
          id="query"
          type="text"
          enterkeyhint={onSubmit ? 'send' : 'search'}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          maxLength={2000}
          aria-label={label}
          placeholder={placeholder}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
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

function clear(onInput: (value: string) => void): void {
  onInput('')
  document.querySelector<HTMLInputElement>('#query')?.focus()
}
