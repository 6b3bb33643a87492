import { effect, type Signal, signal } from '@preact/signals'
import { documents, isEmpty, library } from '../../library.ts'
import { place } from '../../route.ts'
import { ask, type Reply } from './data.ts'

export const reply: Signal<Reply | undefined> = signal(undefined)
export const failure: Signal<unknown> = signal(undefined)
export const state: Signal<'idle' | 'working' | 'stopped' | 'done'> = signal('idle')
/** What the reply is an answer to. */
export const replyTo: Signal<string> = signal('')
/** The citation that is pointed at, by its number. */
export const lit: Signal<number | undefined> = signal(undefined)
/** The question as it is being written; the one that was asked is in the URL. */
export const draft: Signal<string> = signal('')

let controller = new AbortController()
let attempt = 0

/** Asks whatever the URL asks, so that a link, a reload and the back button show the same answer. */
export async function answerThis(question: string): Promise<void> {
  controller.abort()
  const mine = new AbortController()
  controller = mine
  const number = ++attempt
  const isCurrent = () => number === attempt
  reply.value = undefined
  replyTo.value = question
  failure.value = undefined
  lit.value = undefined
  state.value = 'working'
  try {
    for await (const part of ask(library.value!, question, mine.signal)) if (isCurrent()) reply.value = part
    if (isCurrent()) state.value = 'done'
  } catch (error) {
    if (!isCurrent()) return
    state.value = mine.signal.aborted ? 'stopped' : 'done'
    if (!mine.signal.aborted) failure.value = error
  }
}

export function stop(): void {
  controller.abort(new DOMException('The reader stopped it.', 'AbortError'))
}

let asked = ''
effect(() => {
  const { room, query } = place.value
  if (room !== 'ask' || !documents.value || isEmpty.value || query === asked) return
  asked = query
  draft.value = query
  if (query !== '') void answerThis(query)
  else {
    stop()
    reply.value = undefined
    state.value = 'idle'
  }
})
