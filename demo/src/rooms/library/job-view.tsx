import { plain, timeLeft } from '../../format.ts'
import { words } from '../../i18n/index.ts'
import { DocumentName } from '../../parts/document-name.tsx'
import { Failure, reason } from '../../parts/failure.tsx'
import { dismiss, type Job, job, resume, stop } from './ingest.ts'
import { type Reading, STAGES } from './reading.ts'

/** What is being taken in: the total, the time left, each file and its stage. */
export function JobView() {
  const now = job.value
  if (!now) return null
  const { ingest } = words.value
  const total = now.readings.length
  const done = now.readings.filter(({ outcome }) => outcome && outcome !== 'skipped').length
  const isWorking = now.state === 'working' || now.state === 'stopping'
  return (
    <section class="job" aria-label={ingest.title}>
      <header class="job-head">
        <p role="status">{isWorking ? ingest.working(plain(done), plain(total)) : summary(now)}</p>
        {isWorking && <p class="quiet job-left">{now.msLeft === undefined ? ingest.estimating : timeLeft(now.msLeft)}</p>}
        {isWorking && (
          <button type="button" class="button" onClick={stop} disabled={now.state === 'stopping'}>
            {now.state === 'stopping' ? ingest.stopping : ingest.stop}
          </button>
        )}
        {now.state === 'stopped' && total > done && (
          <button type="button" class="button" onClick={resume}>
            {ingest.resume(total - done, plain(total - done))}
          </button>
        )}
        {!isWorking && (
          <button type="button" class="word small" onClick={dismiss}>
            {ingest.dismiss}
          </button>
        )}
      </header>
      {isWorking && <progress value={done} max={total} aria-label={ingest.title} />}
      {now.error !== undefined && <Failure error={now.error} retry={resume} />}
      <Files job={now} isWorking={isWorking} />
    </section>
  )
}

function summary({ kind, readings, state }: Job): string {
  const { ingest } = words.value
  const done = readings.filter(({ outcome }) => outcome && outcome !== 'skipped')
  if (state === 'stopped') return ingest.stopped(plain(done.length), plain(readings.length))
  const failed = readings.filter(({ outcome }) => outcome === 'failed').length
  if (failed > 0) return ingest.partial(failed, plain(failed))
  const taken = readings.filter(({ outcome }) => outcome === 'added' || outcome === 'replaced').length
  if (taken === 0) return ingest.allUnchanged
  return kind === 'back' ? ingest.back(taken, plain(taken)) : ingest.finished(taken, plain(taken))
}

/** How many files are shown at once while they are read: the list turns its page instead of running away. */
const PAGE = 10

/** While it works, the files around the one in hand; afterwards only those that need a word. */
function Files({ job: { readings }, isWorking }: { readonly job: Job; readonly isWorking: boolean }) {
  const inHand = readings.findIndex(({ outcome }) => outcome === undefined)
  const first = Math.floor((inHand < 0 ? readings.length - 1 : inHand) / PAGE) * PAGE
  const shown = isWorking ? readings.slice(first, first + PAGE) : readings.filter(({ outcome }) => outcome === 'failed')
  if (shown.length === 0) return null
  return (
    <ol class="readings">
      {shown.map((reading) => (
        <li class="reading" data-outcome={reading.outcome}>
          <DocumentName class="reading-title" {...reading} />
          {reading.outcome === 'failed' ? (
            <span class="small reading-reason" title={String(reading.error)}>
              {reason(reading.error)}
            </span>
          ) : (
            <Track reading={reading} />
          )}
        </li>
      ))}
    </ol>
  )
}

/** read → cut → embed → store, as dots on a thin line. */
function Track({ reading: { stage, outcome } }: { readonly reading: Reading }) {
  const { ingest } = words.value
  const at = outcome ? STAGES.length : stage ? STAGES.indexOf(stage) : -1
  const said = outcome ? ingest[outcome] : stage ? ingest.stages[stage] : ingest.waiting
  return (
    <>
      <span class="track" aria-hidden="true">
        {STAGES.map((name, index) => (
          <span
            key={name}
            class={index < at ? 'passed' : index === at ? 'current' : undefined}
            title={`${ingest.stages[name]}: ${ingest.stagesTitle[name]}`}
          />
        ))}
      </span>
      <span class="reading-stage small quiet">{said}</span>
    </>
  )
}
