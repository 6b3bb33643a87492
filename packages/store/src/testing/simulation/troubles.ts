import { rot } from './bit-rot.ts'
import { NO_FAULTS } from './simulated-faults.ts'
import { DATABASE, type Simulation } from './simulation.ts'

/** What a power cut may take at 'process', in virtual milliseconds. */
const WINDOW_MS = 3_000

/** Something happens to a tab, the browser or the disk, in the middle of everything. */
export function trouble(simulation: Simulation): void {
  const { random, machine, options, tabs } = simulation
  const hasCrashes = options.hasCrashes !== false
  const kind = random.weighted({
    crash: hasCrashes ? 3 : 0,
    freeze: 3,
    kill: hasCrashes ? 1 : 0,
    powerCut: hasCrashes ? 2 : 0,
    terminate: options.hasFaults === false ? 0 : 1,
    quota: options.hasFaults === false ? 0 : 1,
    nothing: 3,
  })
  const running = tabs.filter(({ life }) => life.state === 'running')
  if (kind === 'nothing' || running.length === 0) return
  const tab = random.pick(running)
  if (kind === 'crash') {
    simulation.note(`${tab.name} crashes`)
    simulation.hadTrouble = true
    simulation.leave(tab)
  } else if (kind === 'freeze') {
    simulation.note(`${tab.name} freezes`)
    tab.life.state = 'frozen'
    tab.life.stoppedAt = machine.time.now
    if (random.chance(0.5)) machine.time.after(random.between(1, 90_000), 'thaw', undefined, () => simulation.thaw(tab))
  } else if (kind === 'kill') {
    simulation.note('the browser is killed')
    simulation.hadTrouble = true
    machine.kill()
    for (const each of [...tabs]) simulation.leave(each)
  } else if (kind === 'powerCut') {
    cutPower(simulation)
  } else if (kind === 'terminate') {
    simulation.note(`${tab.name} loses its connection`)
    simulation.hadTrouble = true
    for (const storage of [...machine.storages]) if (storage.life === tab.life) storage.terminate()
  } else {
    const disk = machine.disk(DATABASE)
    disk.quota = disk.usedBytes + random.below(200_000)
    simulation.hadTrouble = true
    simulation.note(`the disk has ${disk.quota - disk.usedBytes} bytes left`)
  }
}

function cutPower(simulation: Simulation): void {
  const { machine, tabs, models } = simulation
  const { now } = machine.time
  const isTroubled = machine.faults !== NO_FAULTS
  for (const model of models.values()) {
    for (const operation of model.operations) {
      if (operation.isPowerSafe || operation.doneAt === undefined) continue
      // Where a tab was stopped, or commits failed, nobody could keep the window as short as promised.
      const isExcused = isTroubled || operation.wasCutShort?.(WINDOW_MS) === true
      if (isExcused || operation.doneAt >= now - WINDOW_MS) operation.mayBeLost = true
    }
  }
  simulation.hadTrouble = true
  simulation.harms++
  const lost = machine.cutPower()
  for (const each of [...tabs]) simulation.leave(each)
  simulation.note(`the power is cut: ${lost}`)
}

/** Records go bad, and nobody notices until they are read. */
export function rotSomething(simulation: Simulation): void {
  const disk = simulation.machine.disk(DATABASE)
  const times = simulation.random.chance(0.7) ? 1 : 2
  simulation.harm()
  for (let i = 0; i < times; i++) simulation.note(`bit rot: ${rot(disk, simulation.random)}`)
}
