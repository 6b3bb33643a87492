import { words } from '../i18n/index.ts'
import './code-of-room.css'

/** The room's own source file, as it was built into this page. */
export function CodeOfRoom({ path, source }: { readonly path: string; readonly source: string }) {
  const { code } = words.value
  return (
    <details class="code-of-room">
      <summary>{code.title}</summary>
      <p class="small quiet">
        {code.note} <span class="figure">{path}</span>
      </p>
      <pre>
        <code>{source.trimEnd()}</code>
      </pre>
    </details>
  )
}
