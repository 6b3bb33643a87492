// For the type of its CDP session.
import type {} from '@vitest/browser-playwright'
import { cdp } from 'vitest/browser'

/** Clears this origin's databases as a user does who clears the site's data: every connection is closed by the browser. */
export async function clearDatabases(): Promise<void> {
  await cdp().send('Storage.clearDataForOrigin', { origin: location.origin, storageTypes: 'indexeddb' })
}
