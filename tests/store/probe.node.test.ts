import { fileURLToPath } from 'node:url'
import { test } from 'vitest'
import { openWithProfile } from '../support/profile-browser.ts'

test('p', async () => {
  const b = await openWithProfile(fileURLToPath(new URL('./page', import.meta.url)))
  b.page.on('console', (m) => console.log('page', m.text()))
  b.page.on('pageerror', (m) => console.log('pageerror', m.message))
  await b.page.goto(b.origin)
  console.log('at', b.page.url())
  await b.page.waitForFunction('globalThis.fullDisk !== undefined', undefined, { timeout: 10000 })
  await b.cdp.send('Storage.overrideQuotaForOrigin', { origin: b.origin, quotaSize: 30e6 })
  console.log(JSON.stringify(await b.cdp.send('Storage.getUsageAndQuota', { origin: b.origin })))
  await b.page.evaluate(() => globalThis.fullDisk.open('x'))
  console.log('open')
  for (let i = 0; i < 60; i++) {
    const r = await b.page.evaluate((i) => globalThis.fullDisk.write(i, 11, 100_000), i)
    if (i % 5 === 0 || r) console.log(i, JSON.stringify(r), await b.page.evaluate(() => globalThis.fullDisk.usage()))
    if (r) break
  }
  await b.close()
}, 60000)
