import type { Filter, PointId } from '@voisin/spec'
import { maySurvive, type Outcome } from './calls.ts'
import type { Change, Operation } from './operations.ts'
import type { Simulation } from './simulation.ts'
import type { SubjectCollection, SubjectWriteOptions } from './subject.ts'
import type { Handle, Tab } from './tab.ts'

const WEIGHTS = {
  upsert: 6,
  large: 1,
  update: 3,
  delete: 2,
  deleteWhere: 1,
  write: 2,
  expect: 1,
  query: 2,
  scroll: 1,
  count: 1,
  flush: 1,
  vacuum: 0.3,
  checkpoint: 1.5,
  close: 0.4,
  list: 0.3,
}

/** One call in one tab, begun and not waited for. */
export function act(simulation: Simulation, tab: Tab, name: string, handle: Handle): void {
  const { random, maker, calls, machine } = simulation
  const { collection } = handle
  const kind = random.weighted(WEIGHTS)
  const write = (label: string, change: Change, call: (options: SubjectWriteOptions) => Promise<{ readonly lsn: number }>) =>
    makeWrite(simulation, tab, handle, `${label} in ${name}`, change, call)
  const consistency = random.chance(0.5) ? 'latest' : 'local'
  const read = (label: string, call: () => Promise<unknown>) => calls.make(`${label} ${name}`, tab.life, call, () => {})
  if (kind === 'upsert' || kind === 'large') {
    const isFilled = kind === 'large'
    const fill = isFilled ? (simulation.hasLargeEntries ? 70_000 : 600) : 0
    const upsert = maker.points(isFilled ? random.between(1, 8) : random.between(1, 3), fill)
    write(`upserts ${upsert.map(({ id, payload }) => `${said(id)}=${String(payload.version)}`)}`, { upsert }, (options) =>
      collection.upsert(upsert, options),
    )
  } else if (kind === 'update') {
    const update = { ids: maker.ids(random.between(1, 4)), payload: maker.patch() }
    write(`updates ${update.ids.map(said)} to ${String(update.payload.version)}`, { update }, (options) =>
      collection.update(update.ids, update.payload, options),
    )
  } else if (kind === 'delete') {
    const ids = maker.ids(random.between(1, 3))
    write(`deletes ${ids.map(said)}`, { delete: ids }, (options) => collection.delete(ids, options))
  } else if (kind === 'deleteWhere') {
    const n = random.below(4)
    write(`deletes where n is ${n}`, { deleteWhere: n }, (options) => collection.delete({ filter: { n } }, options))
  } else if (kind === 'write' || kind === 'expect') {
    const update = { ids: maker.ids(2), payload: maker.patch() }
    const change = { upsert: maker.points(2), update, delete: maker.ids(1) }
    const n = random.below(4)
    const expect = { filter: { n } as Filter, count: random.below(3) }
    write(
      `${kind === 'expect' ? `writes, expecting ${expect.count} where n is ${n},` : 'writes'} ${String(update.payload.version)}`,
      change,
      (options) => collection.write({ ...change, update: [update] }, { ...options, ...(kind === 'expect' && { expect }) }),
    )
  } else if (kind === 'query') {
    const query = random.chance(0.5) ? { vector: Float32Array.of(1, 2, 0) } : { text: 'cats of the city' }
    read('queries', () => collection.query({ ...query, limit: 5 }, { consistency }))
  } else if (kind === 'scroll') {
    read('scrolls', () => scrolled(collection, consistency))
  } else if (kind === 'count') {
    read('counts', () => collection.count({ n: random.below(4) }, { consistency }))
  } else if (kind === 'flush') {
    read('flushes', () => collection.flush())
  } else if (kind === 'vacuum') {
    read('vacuums', () => collection.vacuum())
  } else if (kind === 'checkpoint') {
    read('checkpoints', () => collection.checkpoint())
  } else if (kind === 'close') {
    tab.handles.delete(name)
    read('closes', () => collection.close())
  } else {
    const { session } = tab
    if (session !== undefined)
      calls.make(
        'lists',
        tab.life,
        () => session.listCollections(),
        () => {},
      )
  }
  simulation.note(`${tab.name} begins: ${kind} ${name}${machine.faults === simulation.rates ? '' : ' (all well)'}`)
}

function makeWrite(
  simulation: Simulation,
  tab: Tab,
  handle: Handle,
  label: string,
  change: Change,
  call: (options: SubjectWriteOptions) => Promise<{ readonly lsn: number }>,
): void {
  const { random, machine, calls } = simulation
  const operation: Operation = {
    label,
    change,
    isPowerSafe: handle.durability === 'power',
    get sawLess() {
      return handle.seesLess()
    },
    state: 'pending',
    lsn: undefined,
    doneAt: undefined,
    wasCutShort: (ms) => tab.life.stoppedAt !== undefined && tab.life.stoppedAt < (operation.doneAt ?? 0) + ms,
    mayBeLost: false,
  }
  handle.model.operations.push(operation)
  const controller = random.chance(0.1) ? new AbortController() : undefined
  if (controller !== undefined) {
    machine.time.after(random.below(20), 'abort', tab.life, () => controller.abort(new DOMException('Enough.', 'AbortError')))
  }
  calls.make(
    label,
    tab.life,
    () => call(controller ? { signal: controller.signal } : {}),
    (outcome) => heard(simulation, operation, outcome),
    {
      onDead: () => {
        operation.state = 'maybe'
      },
      ...(controller && { signal: controller.signal }),
    },
  )
}

function heard(simulation: Simulation, operation: Operation, outcome: Outcome<{ readonly lsn: number }>): void {
  if ('error' in outcome) {
    operation.state = maySurvive(outcome.error) ? 'maybe' : 'failed'
    return
  }
  operation.state = 'done'
  operation.lsn = outcome.value.lsn
  operation.doneAt = simulation.machine.time.now
  simulation.note(`    as ${outcome.value.lsn}`)
}

async function scrolled(collection: SubjectCollection, consistency: 'latest' | 'local'): Promise<void> {
  for await (const _ of collection.scroll({ consistency })) if (_ === undefined) return
}

function said(id: PointId): string {
  return JSON.stringify(id)
}
