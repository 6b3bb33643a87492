import { words } from '../../i18n/index.ts'
import { documents, isEmpty } from '../../library.ts'
import { CodeOfRoom } from '../../parts/code-of-room.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Working } from '../../parts/motif.tsx'
import { NothingYet } from '../../parts/nothing-yet.tsx'
import { QueryField } from '../../parts/query-field.tsx'
import { Suggestions } from '../../parts/suggestions.tsx'
import { enter, go, place } from '../../route.ts'
import { AnswerText } from './answer-text.tsx'
import source from './data.ts?raw'
import { Sources } from './sources.tsx'
import { answerThis, draft, failure, reply, replyTo, state, stop } from './state.ts'
import './ask.css'

function send(): void {
  const question = draft.value.trim()
  if (question === '') return
  if (question === place.value.query) void answerThis(question)
  else go({ query: question })
}

export function AskRoom() {
  const { ask, search } = words.value
  return (
    <>
      <h1 class="unseen">{ask.title}</h1>
      {isEmpty.value ? (
        <NothingYet title={ask.empty} hint={search.emptyHint} />
      ) : (
        <>
          <QueryField
            label={ask.label}
            placeholder={ask.placeholder}
            value={draft.value}
            onInput={(text) => {
              draft.value = text
            }}
            onSubmit={send}
          >
            {state.value === 'working' ? (
              <button type="button" class="button" onClick={stop}>
                {ask.stop}
              </button>
            ) : (
              <button type="submit" class="button button-first" disabled={draft.value.trim() === ''}>
                {ask.send}
              </button>
            )}
          </QueryField>
          <Reply />
        </>
      )}
      <CodeOfRoom path="demo/src/rooms/ask/data.ts" source={source} />
    </>
  )
}

function Reply() {
  const { ask } = words.value
  const now = reply.value
  if (failure.value !== undefined) return <Failure error={failure.value} retry={send} />
  if (!documents.value)
    return (
      <div class="reply-note">
        <Working label={words.value.state.opening} />
      </div>
    )
  if (state.value === 'idle') return <Suggestions invite={ask.invite} kind="ask" choose={(query) => go({ query })} />
  if (state.value === 'stopped') return <p class="reply-note quiet">{ask.stopped}</p>
  if (!now || (now.text === '' && !now.answer))
    return (
      <div class="reply-note">
        <Working label={ask.thinking} />
      </div>
    )
  if (now.answer?.kind === 'not-in-documents')
    return (
      <section class="reply" data-kind="not-in-documents" data-question={replyTo.value} role="status">
        <p class="answer">{ask.notFound}</p>
        <p class="quiet">{ask.notFoundHint}</p>
        <p>
          <button type="button" class="word" onClick={() => searchFor(place.value.query)}>
            {ask.nearest}
          </button>
        </p>
      </section>
    )
  return (
    <section class="reply" data-kind={now.answer?.kind ?? 'streaming'} data-question={replyTo.value}>
      <div role="status">
        <AnswerText text={now.text} citations={now.citations} />
      </div>
      <Sources citations={now.citations} />
    </section>
  )
}

function searchFor(query: string): void {
  enter('search')
  go({ query }, 'replace')
}
