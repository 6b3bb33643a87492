import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { plain } from '../../format.ts'
import { words } from '../../i18n/index.ts'
import { documents, isEmpty, wasEmpty } from '../../library.ts'
import { CodeOfRoom } from '../../parts/code-of-room.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Working } from '../../parts/motif.tsx'
import { enter } from '../../route.ts'
import { failure } from './attempt.ts'
import source from './data.ts?raw'
import { DocumentList } from './document-list.tsx'
import { canChooseFolders, chooseFiles, chooseFolder, isLooking } from './files.ts'
import { Hero } from './hero.tsx'
import { job, takeIn } from './ingest.ts'
import { JobView } from './job-view.tsx'
import { isRemoving, takeOut } from './removal.ts'
import { setAside } from './versions.ts'
import './library.css'

const samples = signal<typeof import('./samples.ts').SAMPLES>([])

export function LibraryRoom() {
  useEffect(() => {
    void import('./samples.ts').then(({ SAMPLES }) => {
      samples.value = SAMPLES
    })
  }, [])
  const { library, state, search } = words.value
  const held = documents.value?.filter(({ id }) => !setAside.value.has(id))
  const readSamples = () => void takeIn(samples.value)
  const failed = failure.value !== undefined && <Failure error={failure.value} />
  if (!job.value && !isLooking.value && (isEmpty.value || (!held && wasEmpty)))
    return (
      <>
        {failed}
        <Hero sampleCount={samples.value.length} readSamples={readSamples} />
        <CodeOfRoom path="demo/src/rooms/library/data.ts" source={source} />
      </>
    )
  if (!held && !job.value && !isLooking.value) return <Working label={state.opening} />
  const hasSamples = samples.value.every((sample) => held?.some(({ id }) => !(sample instanceof File) && id === sample.id))
  const isWorking = job.value?.state === 'working' || job.value?.state === 'stopping'
  return (
    <>
      <header class="room-head">
        <h1>{library.title}</h1>
        {!isWorking && held && <p class="quiet">{library.count(held.length, plain(held.length))}</p>}
        {!isWorking && held && held.length > 1 && (
          <button type="button" class="remove small" disabled={isRemoving.value} onClick={() => void takeOut(held)}>
            {library.removeAll}
          </button>
        )}
        <p class="room-actions">
          {!hasSamples && !isWorking && (
            <button type="button" class="word" onClick={readSamples}>
              {library.addSample}
            </button>
          )}
          {canChooseFolders && (
            <button type="button" class="word" onClick={chooseFolder}>
              {library.addFolder}
            </button>
          )}
          <button type="button" class="button" onClick={chooseFiles}>
            {library.add}
          </button>
        </p>
      </header>
      {isLooking.value && <Working label={library.looking} />}
      {failed}
      <JobView />
      {!isWorking && held && held.length > 0 && (
        <nav class="next" aria-label={library.next}>
          <button type="button" class="button button-first" onClick={() => enter('search')}>
            {library.nextSearch}
          </button>
          <button type="button" class="button" onClick={() => enter('ask')}>
            {library.nextAsk}
          </button>
          <span class="small quiet keys-note">
            <kbd>/</kbd> {search.keys.focus}
          </span>
        </nav>
      )}
      {held && <DocumentList held={held} />}
      <CodeOfRoom path="demo/src/rooms/library/data.ts" source={source} />
    </>
  )
}
