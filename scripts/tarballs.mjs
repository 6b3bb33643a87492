// What npm would get of every package: that pnpm would publish it, what is in it, and whether its exports resolve. Runs after the compiler.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { BUNDLES, bundleModules, NOTICES_HEAD } from './bundle-modules.mjs'
import { eachPackage } from './packages.mjs'
import { run } from './run.mjs'

const ALWAYS = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE']
const NOTICES = 'THIRD-PARTY-NOTICES.txt'
/** Made elsewhere, or out of what was: code of a runtime, a model. */
const FOREIGN = /\.(wasm|bin|onnx)$/

const execute = promisify(execFile)

/** pnpm's own words where it refuses. What is bundled is so already, once for all packages. */
async function pnpm(folder, ...parameters) {
  const { stdout } = await execute('pnpm', [...parameters, '--json', '--config.ignore-scripts=true'], {
    cwd: folder,
    shell: process.platform === 'win32',
  })
  return JSON.parse(stdout)
}

async function lacks(folder, files) {
  const needed = files.some((file) => FOREIGN.test(file)) ? [...ALWAYS, NOTICES] : ALWAYS
  const missing = needed.filter((file) => !files.includes(file))
  for (const file of files.filter((file) => BUNDLES.has(join(basename(folder), file)))) {
    if (!(await readFile(join(folder, file), 'utf8')).startsWith(NOTICES_HEAD)) missing.push(`the notices in ${file}`)
  }
  return missing
}

async function check(folder, name, target) {
  // A dry run asks no network: pnpm packs, and stops before it speaks to the registry.
  const published = await pnpm(folder, 'publish', '--dry-run', '--no-git-checks')
  const missing = await lacks(
    folder,
    published.files.map(({ path }) => path),
  )
  if (missing.length > 0) {
    console.error(`The tarball of ${name} lacks ${missing.join(', ')}: add it, and name it in "files" of its package.json.`)
    return 1
  }
  const { filename } = await pnpm(folder, 'pack', '--pack-destination', target)
  return await run('attw', [filename, '--profile', 'esm-only'], { quiet: true })
}

await bundleModules()
const target = await mkdtemp(join(tmpdir(), 'voisin-tarballs-'))
try {
  process.exitCode = await eachPackage(({ folder, manifest: { name } }) =>
    check(folder, name, target).catch(({ message, stdout = '' }) => {
      console.error(`${name}: ${message}\n${stdout}`)
      return 1
    }),
  )
} finally {
  await rm(target, { recursive: true })
}
