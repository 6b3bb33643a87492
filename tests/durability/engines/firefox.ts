import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from './engine.ts'
import { findProgram } from './programs.ts'
import { startSession } from './session.ts'

/** No calls home, no first-run pages, no old tabs, and no safe mode after what looks like a crash. */
const PREFERENCES = {
  'app.update.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.downloads.remote.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.sessionstore.resume_from_crash': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.prefetch-next': false,
  'services.settings.server': 'data:,',
  'toolkit.startup.max_resumed_crashes': -1,
  'toolkit.telemetry.enabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
}

const find = () => findProgram('firefox-esr') ?? findProgram('firefox')

export const firefox: Engine = {
  name: 'firefox',
  losesRelaxedWrites: true,
  missing: async () => (find() === undefined ? 'firefox-esr' : undefined),
  async start(profile, url) {
    const path = find()
    if (path === undefined) throw new Error('No Firefox to test with.')
    await mkdir(profile, { recursive: true })
    const lines = Object.entries(PREFERENCES).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
    )
    await writeFile(join(profile, 'user.js'), lines.join('\n'))
    const env = { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1', MOZ_HEADLESS: '1' }
    return startSession(path, ['--headless', '--no-remote', '--profile', profile, url], env)
  },
}
