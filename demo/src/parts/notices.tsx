import { words } from '../i18n/index.ts'
import { notices } from '../library.ts'
import './notices.css'

/** What the library tells without being asked: in plain words, until it is dismissed. */
export function Notices() {
  const { state } = words.value
  if (notices.value.length === 0) return null
  return (
    <ul class="notices" role="alert">
      {notices.value.map((notice) => (
        <li key={notice.kind} class="notice" title={notice.message}>
          <span>{state.notices[notice.kind]}</span>
          <button type="button" class="word small" onClick={() => dismiss(notice.kind)}>
            {state.dismiss}
          </button>
        </li>
      ))}
    </ul>
  )
}

function dismiss(kind: string): void {
  notices.value = notices.value.filter((notice) => notice.kind !== kind)
}
