import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { FILES, type Installer } from './host.ts'
import { HOSTS } from './hosts.ts'
import { both, type Found, type FoundHere, type Tried, visit, visitExtension, visitWith } from './visit.ts'

const execute = promisify(execFile)

export const EXPECTED: Found = {
  hit: 'passport',
  answer: 'Bread rises because yeast makes gas from sugar. [1]',
  nearest: 'North',
  // As it is called in a minified app, too.
  refusal: 'DimensionMismatchError',
}

/** Makes an app of a host in a folder of its own, from the registry and the tarballs, and opens it twice. */
export async function tryHost(
  name: string,
  tarballs: Record<string, string>,
  files: Record<string, string> = {},
): Promise<Tried> {
  const host = HOSTS[name]
  if (host === undefined) throw new Error(`There is no host ${name}; there are ${Object.keys(HOSTS).join(', ')}.`)
  const app = await makeApp({ ...tarballs, ...host.dependencies }, { ...FILES, ...host.files, ...files }, host.installer)
  try {
    if (host.run) {
      const [command, ...parameters] = host.run as [string, ...string[]]
      const { stdout } = await execute(command, [...parameters, 'memory.js'], { cwd: app })
      return both([JSON.parse(stdout) as FoundHere])
    }
    if (host.extension) return await visitExtension(await host.extension.build(app), host.extension.asks)
    const served = await host.serve!(app)
    try {
      return await (host.engine ? visitWith(host.engine, served) : visit(served.url))
    } finally {
      await served.close()
    }
  } finally {
    const folder = host.installer === 'npm workspace' ? dirname(app) : app
    await rm(folder, { recursive: true, force: true, maxRetries: 10 })
  }
}

/** An app in a folder of its own, with what it depends on. Returns where. */
export async function makeApp(
  dependencies: Record<string, string>,
  files: Record<string, string>,
  installer: Installer = 'npm',
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'voisin-app-'))
  const app = installer === 'npm workspace' ? join(folder, 'app') : folder
  if (app !== folder) {
    await mkdir(app)
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, workspaces: ['app'] }))
  }
  const manifest = {
    name: 'app',
    private: true,
    type: 'module',
    dependencies,
    '@parcel/resolver-default': { packageExports: true },
  }
  await writeFile(join(app, 'package.json'), JSON.stringify(manifest))
  await cp(new URL('app.js', import.meta.url), join(app, 'app.js'))
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(app, file)), { recursive: true })
    await writeFile(join(app, file), text)
  }
  if (installer !== 'pnpm') await execute('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder })
  else {
    // Packages that depend on each other are to be taken from the tarballs too.
    const own = Object.entries(dependencies).filter(([, from]) => from.startsWith('file:'))
    await writeFile(join(app, 'pnpm-workspace.yaml'), JSON.stringify({ overrides: Object.fromEntries(own) }))
    await execute('pnpm', ['install', '--prefer-offline'], { cwd: app })
  }
  return app
}
