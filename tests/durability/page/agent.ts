// Runs in the browser that is killed. It asks the harness what to do, so that no driver is needed and every engine will do.
import type { Found } from '../history/history.ts'
import type { Command, Reply, Setting } from '../protocol.ts'
import { openCollectionSubject } from './collection-subject.ts'
import { performOnFiles } from './files-library.ts'
import { openLibrarySubject } from './library-subject.ts'
import { life, post } from './post.ts'
import { openRelaxedSubject } from './relaxed-subject.ts'

/** What is written to and looked at. */
export interface PageSubject {
  write(number: number): Promise<void>
  inspect(): Promise<Found>
  mend?(documents: readonly (readonly [id: string, op: number])[]): Promise<void>
}

let opened: Promise<PageSubject> | undefined

function open(setting: Setting): Promise<PageSubject> {
  const openers = { collection: openCollectionSubject, library: openLibrarySubject, relaxed: openRelaxedSubject }
  opened ??= openers[setting.subject](setting)
  return opened
}

async function write(subject: PageSubject, setting: Setting, from: number, count: number): Promise<void> {
  const depth = setting.shape === 'pipelined' && setting.subject === 'collection' ? 4 : 1
  const running: Promise<void>[] = []
  const one = async (number: number) => {
    if (setting.early) await post(`/acknowledge?number=${number}`)
    await subject.write(number)
    if (!setting.early) await post(`/acknowledge?number=${number}`)
  }
  for (let number = from; number < from + count; number++) {
    if (running.length === depth) await running.shift()
    const task = one(number)
    task.catch(() => undefined)
    running.push(task)
    // The pace is what this shape varies.
    if (setting.shape === 'paced') await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await Promise.all(running)
}

async function perform(command: Command): Promise<unknown> {
  if (command.kind === 'files') return await performOnFiles(command.task, command.setting)
  const subject = await open(command.setting)
  if (command.kind === 'inspect') return await subject.inspect()
  if (command.kind === 'mend') return await subject.mend?.(command.documents)
  return await write(subject, command.setting, command.from, command.count)
}

function describe(error: unknown): string {
  const { name, code, message, dataState, stack } = error as Record<string, unknown>
  return `${name} ${code ?? ''} ${dataState ?? ''}: ${message}\n${stack}`
}

for (;;) {
  const response = await fetch(`/next?life=${life}`)
  // Nothing to do yet.
  if (response.status === 204) continue
  // Another life has begun.
  if (!response.ok) break
  const command = (await response.json()) as Command
  let reply: Reply
  try {
    reply = { id: command.id, value: await perform(command) }
  } catch (error) {
    reply = { id: command.id, error: describe(error) }
  }
  await post('/reply', reply)
}
