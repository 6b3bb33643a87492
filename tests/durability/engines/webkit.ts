import { existsSync, readdirSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findDisplay } from './display.ts'
import type { Engine } from './engine.ts'
import { findProgram } from './programs.ts'
import { startSession } from './session.ts'

const PARENTS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/libexec']

/** WebKitGTK's own small browser; it lies beside the engine's library, of whatever version. */
function findMiniBrowser(): string | undefined {
  return PARENTS.filter((parent) => existsSync(parent))
    .flatMap((parent) =>
      readdirSync(parent)
        .filter((name) => name.startsWith('webkit'))
        .map((name) => join(parent, name)),
    )
    .map((folder) => join(folder, 'MiniBrowser'))
    .find((path) => existsSync(path))
}

export const webkit: Engine = {
  name: 'webkit',
  // It writes through, whatever is asked.
  losesRelaxedWrites: false,
  async missing() {
    if (findMiniBrowser() === undefined) return 'MiniBrowser (webkit2gtk-driver)'
    return process.env.DISPLAY === undefined && findProgram('Xvfb') === undefined ? 'Xvfb' : undefined
  },
  async start(profile, url) {
    const path = findMiniBrowser()
    if (path === undefined) throw new Error('No MiniBrowser of WebKitGTK to test with.')
    // Everything it stores follows from these.
    const folders = {
      HOME: '',
      XDG_DATA_HOME: 'data',
      XDG_CACHE_HOME: 'cache',
      XDG_CONFIG_HOME: 'config',
      XDG_RUNTIME_DIR: 'run',
    }
    const places = Object.fromEntries(Object.entries(folders).map(([name, folder]) => [name, join(profile, folder)]))
    for (const place of Object.values(places)) await mkdir(place, { recursive: true, mode: 0o700 })
    const env = {
      ...process.env,
      ...places,
      DISPLAY: await findDisplay(),
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
      NO_AT_BRIDGE: '1',
    }
    return startSession(path, [url], env)
  },
}
