import { describeError } from './calls.ts'
import { NO_FAULTS } from './simulated-faults.ts'
import { DATABASE, type Simulation } from './simulation.ts'
import type { Handle, Tab } from './tab.ts'

/** A tab deletes a collection that others have open; what they write to it from then on is refused. */
export async function deleteSomething(simulation: Simulation): Promise<void> {
  const { random, machine, calls, tabs, models } = simulation
  const openTabs = tabs.filter(({ session, life }) => session !== undefined && life.state === 'running')
  if (openTabs.length === 0 || models.size === 0) return
  const { session, life } = random.pick(openTabs) as Tab & { readonly session: NonNullable<Tab['session']> }
  const name = random.pick([...models.keys()])
  const stale: { readonly tab: Tab; readonly handle: Handle }[] = []
  for (const tab of tabs) {
    const handle = tab.handles.get(name)
    if (handle !== undefined && tab.life.state === 'running') stale.push({ tab, handle })
  }
  const outcome = await calls.wait(`deletes ${name}`, life, () => session.deleteCollection(name))
  if ('error' in outcome) {
    // Whether it happened shows when it is looked at on a healthy disk.
    machine.faults = NO_FAULTS
    for (const tab of tabs) simulation.thaw(tab)
    await calls.settle()
    const listed = await calls.wait('lists', life, () => session.listCollections())
    if ('error' in listed) {
      // The whole session may be what failed; a fresh one has to know.
      const fresh = simulation.openTab()
      const isOpen = await simulation.openSession(fresh)
      if (!isOpen) throw new Error('The database cannot be opened')
      const again = await calls.wait('lists', fresh.life, () => fresh.session!.listCollections())
      if ('error' in again) throw new Error(`Collections cannot be listed: ${describeError(again.error, true)}`)
      if (isListed(again.value, name)) return
    } else if (isListed(listed.value, name)) {
      return
    }
  }
  simulation.forget(name)
  for (const { tab, handle } of stale) {
    const points = simulation.maker.points(1)
    const late = await calls.wait(`writes to the deleted ${name}`, tab.life, () => handle.collection.upsert(points))
    if ('value' in late) throw new Error(`${tab.name} was told that it wrote to ${name}, which had been deleted`)
    await calls.wait(`closes the deleted ${name}`, tab.life, () => handle.collection.close())
  }
}

/** The whole database goes, while tabs have it open: what the witness outside remembers has to be told. */
export async function loseDatabase(simulation: Simulation): Promise<void> {
  const { random, machine, calls, tabs, models } = simulation
  machine.faults = NO_FAULTS
  await calls.settle()
  machine.deleteDatabase(DATABASE)
  simulation.harm()
  const isWitnessed = random.chance(0.5)
  simulation.note(`the database is deleted${isWitnessed ? '' : ', and all else that the site had stored'}`)
  if (!isWitnessed) {
    machine.witnesses.clear()
    models.clear()
  }
  await machine.time.pass(10)
  for (const tab of tabs) {
    const { session } = tab
    tab.handles.clear()
    tab.session = undefined
    if (session !== undefined) await calls.wait('closes what was deleted', tab.life, () => session.close())
  }
  // Tabs that were open remembered the collections too; a witness they write from now on is of what comes next.
  if (!isWitnessed) machine.witnesses.clear()
}

function isListed(list: readonly (string | { readonly name: string })[], name: string): boolean {
  return list.some((item) => (typeof item === 'string' ? item : item.name) === name)
}
