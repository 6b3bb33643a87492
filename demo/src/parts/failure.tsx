import { isVoisinError } from '@voisin/spec'
import { words } from '../i18n/index.ts'
import './failure.css'

interface Props {
  readonly error: unknown
  readonly retry?: () => void
}

/** What happened, what is safe, what to do. The error's own words stand below, for whoever wants them. */
export function Failure({ error, retry }: Props) {
  const { state } = words.value
  const code = isVoisinError(error) ? error.code : ''
  const [happened, todo] = state.errors[code] ?? state.otherError
  const safe = isVoisinError(error) ? state.safeStates[error.dataState] : state.safeStates.unknown
  return <FailureText happened={happened} safe={safe} todo={todo} detail={describe(error)} {...(retry && { retry })} />
}

interface TextProps {
  readonly happened: string
  readonly safe: string
  readonly todo: string
  readonly detail?: string
  readonly retry?: () => void
}

export function FailureText({ happened, safe, todo, detail, retry }: TextProps) {
  const { state } = words.value
  return (
    <section class="failure" role="alert">
      <dl>
        <dt>{state.happened}</dt>
        <dd>{happened}</dd>
        <dt>{state.safe}</dt>
        <dd>{safe}</dd>
        <dt>{state.todo}</dt>
        <dd>{todo}</dd>
      </dl>
      {retry && (
        <button type="button" class="button" onClick={retry}>
          {state.retry}
        </button>
      )}
      {detail && (
        <details class="small">
          <summary>{state.details}</summary>
          <p class="figure">{detail}</p>
        </details>
      )}
    </section>
  )
}

/** One line about an error, in the language of the page. */
export function reason(error: unknown): string {
  const { errors, otherError } = words.value.state
  const [happened, todo] = (isVoisinError(error) && errors[error.code]) || otherError
  return `${happened} ${todo}`
}

export function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
