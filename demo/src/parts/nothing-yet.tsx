import { words } from '../i18n/index.ts'
import { enter } from '../route.ts'
import { Motif } from './motif.tsx'
import './nothing-yet.css'

/** A room without documents: why it is empty, and the way on. */
export function NothingYet({ title, hint }: { readonly title: string; readonly hint: string }) {
  return (
    <section class="nothing-yet">
      <Motif kind="logo" neighbours={[]} />
      <h2>{title}</h2>
      <p class="quiet">{hint}</p>
      <button type="button" class="button button-first" onClick={() => enter('library')}>
        {words.value.search.toLibrary}
      </button>
    </section>
  )
}
