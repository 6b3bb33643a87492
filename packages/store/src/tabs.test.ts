import { expect, onTestFinished, test } from 'vitest'
import { Tabs } from './tabs.ts'

function openTabs(database: string, onWrite: (lsn: number) => void = () => {}, stealAfterMs?: number): Tabs {
  const tabs = new Tabs(database, 7, onWrite, stealAfterMs)
  onTestFinished(() => tabs.close())
  return tabs
}

test('a turn that another tab has is not waited for', async () => {
  const database = crypto.randomUUID()
  const [a, b] = [openTabs(database), openTabs(database)]
  const order: string[] = []
  await a.takeTurn(async () => {
    order.push('a begins')
    await b.takeTurn(async () => void order.push('b'))
    order.push('a ends')
  })
  await b.takeTurn(async () => void order.push('b'))
  expect(order).toEqual(['a begins', 'a ends', 'b'])
})

test('a turn that was refused for too long is taken by force', async () => {
  const database = crypto.randomUUID()
  const [stuck, b] = [openTabs(database), openTabs(database, () => {}, -1)]
  let letGo: () => void = () => {}
  let begun: () => void = () => {}
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve
  })
  const holding = stuck.takeTurn(async () => {
    begun()
    await new Promise<void>((resolve) => {
      letGo = resolve
    })
  })
  const lost = expect(holding).rejects.toThrow()
  await hasBegun
  const ran: string[] = []
  await b.takeTurn(async () => void ran.push('first'))
  await b.takeTurn(async () => void ran.push('second'))
  expect(ran).toEqual(['second'])
  letGo()
  await lost
})

test('a paused tab gives its turn up and takes none', async () => {
  const a = openTabs(crypto.randomUUID())
  await expect(
    a.takeTurn(async (signal) => {
      a.pause()
      signal.throwIfAborted()
    }),
  ).rejects.toThrow('put aside')
  await a.takeTurn(async () => expect.fail('it is paused'))
  a.resume()
  let hasRun = false
  await a.takeTurn(async () => {
    hasRun = true
  })
  expect(hasRun).toBe(true)
})

test('other tabs hear of writes to the same collection of the same database only', async () => {
  const database = crypto.randomUUID()
  const heard: number[] = []
  let wake: () => void = () => {}
  const last = new Promise<void>((resolve) => {
    wake = resolve
  })
  openTabs(database, (lsn) => {
    heard.push(lsn)
    if (lsn === 3) wake()
  })
  const other = new Tabs(database, 8, () => {})
  onTestFinished(() => other.close())
  openTabs(`${database}-elsewhere`).tell(1)
  other.tell(2)
  openTabs(database).tell(3)
  await last
  expect(heard).toEqual([3])
})
