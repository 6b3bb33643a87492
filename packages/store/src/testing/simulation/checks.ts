import type { Point } from '@voisin/spec'
import { describeError } from './calls.ts'
import type { CollectionModel, Shown } from './collection-model.ts'
import { versionOf } from './operations.ts'
import type { Simulation } from './simulation.ts'
import type { SubjectCollection } from './subject.ts'
import { type Handle, type Tab, tellsOfLoss } from './tab.ts'

const QUERIES = [
  { vector: Float32Array.of(1, 2, 0), limit: 4 },
  { text: 'cats of the city', limit: 20 },
  { vector: Float32Array.of(0, 0, 3), text: 'dog tax', filter: { n: { $lte: 2 } }, limit: 20 },
]
/** A tab that still answers with one thing and counts another is taken by its word. */
const MOST_ATTEMPTS = 5
/** Codes of calls to a collection, or a database, that another tab has deleted. */
export const GONE: ReadonlySet<string> = new Set(['not-found', 'closed'])

interface Answers extends Shown {
  /** Everything asked, in words that can be compared. */
  readonly words: string
  readonly dataState: string
}

/**
 * Nothing is under way and the disk is well: what every tab shows has to be what there may be, and the same in all of them and in a
 * fresh one.
 */
export async function checkAll(simulation: Simulation): Promise<void> {
  const fresh = simulation.openTab()
  // A fresh tab comes first as often as last: whoever comes first mends.
  const tabs = simulation.random.chance(0.5) ? [fresh, ...simulation.tabs.filter((tab) => tab !== fresh)] : [...simulation.tabs]
  for (const [name, model] of [...simulation.models]) {
    const seen: { readonly tab: Tab; readonly handle: Handle; readonly answers: Answers }[] = []
    for (const tab of tabs) {
      if (tab === fresh) {
        const opened = await simulation.openHandle(fresh, name)
        if ('error' in opened) {
          await unopenable(simulation, fresh, model, opened.error)
          continue
        }
      }
      const handle = tab.handles.get(name)
      if (handle === undefined || handle.model !== model) continue
      const answers = await ask(simulation, tab, handle)
      if (answers !== undefined) seen.push({ tab, handle, answers })
    }
    if (simulation.models.get(name) !== model) continue
    const latest = seen.filter(({ handle }) => handle.openedAtHarm === simulation.harms)
    const [first] = latest
    if (first === undefined) continue
    for (const { tab, answers } of latest) {
      const difference = model.mismatch(answers)
      if (difference !== undefined)
        throw new Error(
          `${tab.name} (${answers.dataState}, at ${answers.lsn}): ${difference}.\nThere may be:\n${model.describe()}`,
        )
      // What is told to be incomplete may differ from what was opened in better times.
      const isComparable = answers.dataState === 'intact' && first.answers.dataState === 'intact'
      if (isComparable && answers.words !== first.answers.words) {
        throw new Error(`${tab.name} and ${first.tab.name} differ in ${name}:\n${answers.words}\n${first.answers.words}`)
      }
    }
    for (const { tab, answers } of seen) {
      const strange = model.neverWritten(answers.points)
      if (strange !== undefined) throw new Error(`${tab.name}: ${strange}.`)
    }
    const whole = latest.find(({ answers }) => answers.dataState === 'intact') ?? first
    const older = seen.filter(({ handle }) => handle.openedAtHarm !== simulation.harms)
    model.takeAs(
      whole.answers,
      older.map(({ answers }) => answers),
    )
    // What was opened before records were harmed, or while they could not be read, is opened anew.
    for (const { tab, handle, answers } of seen) {
      handle.notices.length = 0
      if (handle.openedAtHarm === simulation.harms && answers.dataState === 'intact') continue
      await simulation.calls.wait(`closes ${name}`, tab.life, () => handle.collection.close())
      tab.handles.delete(name)
    }
  }
  await simulation.closeTab(fresh)
}

/** What a tab shows. Undefined where the collection is gone, or harm keeps it from answering. */
async function ask(simulation: Simulation, tab: Tab, { collection, model, notices }: Handle): Promise<Answers | undefined> {
  const outcome = await simulation.calls.wait(`shows ${model.name}`, tab.life, () => answersOf(collection))
  if ('error' in outcome) {
    if (!model.isHarmed && simulation.machine.violations.length === 0) {
      throw new Error(`${tab.name} cannot show ${model.name}: ${describeError(outcome.error, true)}`)
    }
    model.wasTold = true
    tab.handles.delete(model.name)
    return undefined
  }
  const isTold = notices.some(tellsOfLoss) || outcome.value.dataState !== 'intact'
  if (isTold && !simulation.hadTrouble) {
    throw new Error(
      `${tab.name} was told of ${model.name} (${outcome.value.dataState}, ${notices.map(({ kind }) => kind)}) for no reason`,
    )
  }
  if (isTold) model.wasTold = true
  return outcome.value
}

async function answersOf(collection: SubjectCollection, attempt = 1): Promise<Answers> {
  const { dataState } = await collection.status()
  const answers = await answersNow(collection)
  // Another tab that had what was missing here has folded it, and it was taken over between two questions.
  const isSame = answers.dataState === dataState && answers.points.length === (await collection.count())
  return isSame || attempt === MOST_ATTEMPTS ? answers : await answersOf(collection, attempt + 1)
}

async function answersNow(collection: SubjectCollection): Promise<Answers> {
  const points: Point[] = []
  for await (const point of collection.scroll({ withVector: true, consistency: 'latest' })) points.push(point)
  const lines = points.map((point) => `${JSON.stringify(point.id)} ${versionOf(point)}`)
  for (const query of QUERIES) {
    const hits = await collection.query(query, { consistency: 'latest' })
    lines.push(hits.map(({ id, score }) => `${JSON.stringify(id)} ${score}`).join(', '))
  }
  for (let n = 0; n < 4; n++) {
    const count = await collection.count({ n }, { consistency: 'latest' })
    const shown = points.filter(({ payload }) => payload.n === n).length
    if (count !== shown) lines.push(`${count} are counted where n is ${n}, and ${shown} shown`)
  }
  const { lsn, dataState } = await collection.status()
  return { points, lsn, dataState, words: lines.join('\n') }
}

/** A collection that cannot be opened can be salvaged, and deleted. */
async function unopenable(simulation: Simulation, tab: Tab, model: CollectionModel, error: unknown): Promise<void> {
  if (!model.isHarmed) throw new Error(`${tab.name} cannot open ${model.name}: ${describeError(error, true)}`)
  const { session } = tab
  if (session === undefined) throw new Error(`${tab.name} cannot open the database after ${model.name} was harmed`)
  const saved: Point[] = []
  const outcome = await simulation.calls.wait(`salvages ${model.name}`, tab.life, async () => {
    for await (const point of session.salvage(model.name)) saved.push(point)
  })
  if ('error' in outcome)
    throw new Error(`${model.name} can neither be opened nor salvaged: ${describeError(outcome.error, true)}`)
  const strange = model.neverWritten(saved)
  if (strange !== undefined) throw new Error(`salvage: ${strange}.`)
  const deleted = await simulation.calls.wait(`deletes ${model.name}`, tab.life, () => session.deleteCollection(model.name))
  if ('error' in deleted) throw new Error(`${model.name} cannot be deleted: ${describeError(deleted.error, true)}`)
  simulation.forget(model.name)
}

/** Whatever has happened: everything can be opened or salvaged, emptied, and deleted. */
export async function checkEmptiable(simulation: Simulation): Promise<void> {
  const tab = simulation.openTab()
  const must = async <T>(label: string, call: () => Promise<T>): Promise<T> => {
    const outcome = await simulation.calls.wait(label, tab.life, call)
    if ('error' in outcome) throw new Error(`In the end, ${label} failed: ${describeError(outcome.error, true)}`)
    return outcome.value
  }
  const listed = async (): Promise<string[]> => {
    const list = await must('listing', () => session.listCollections())
    return list.map((item) => (typeof item === 'string' ? item : item.name)).sort()
  }
  if (!(await simulation.openSession(tab))) throw new Error('In the end, the database cannot be opened')
  const session = tab.session!
  const names = await listed()
  for (const name of simulation.models.keys()) {
    if (!names.includes(name)) throw new Error(`In the end, ${name} is not listed: ${names}`)
  }
  for (const name of names) {
    const opened = await simulation.openHandle(tab, name, true)
    if ('error' in opened) {
      if (!simulation.modelOf(name).isHarmed)
        throw new Error(`In the end, ${name} cannot be opened: ${describeError(opened.error, true)}`)
    } else {
      const { collection } = opened.handle
      await must(`emptying ${name}`, () => collection.delete({ filter: {} }))
      const left = await must(`counting ${name}`, () => collection.count())
      if (left !== 0) throw new Error(`In the end, ${name} holds ${left} points after all were deleted`)
    }
    await must(`deleting ${name}`, () => session.deleteCollection(name))
  }
  const left = await listed()
  if (left.length > 0) throw new Error(`In the end, ${left} are listed after all were deleted`)
  await simulation.closeTab(tab)
}
