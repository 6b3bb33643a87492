import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('.', import.meta.url))
const STAMP = join(FOLDER, 'node_modules/.voisin-installed')

/** Installs what package-lock.json names, where it is not yet there for this Node. hnswlib-node is compiled, for this very CPU. */
export function installNative() {
  const lock = readFileSync(join(FOLDER, 'package-lock.json'))
  const wanted = `${createHash('sha256').update(lock).digest('hex')} ${process.version}`
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return
  const flags = { CFLAGS: '-O3 -march=native', CXXFLAGS: '-O3 -march=native' }
  const env = { ...process.env, ...flags, ...headers() }
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: FOLDER, env, stdio: 'inherit' })
  if (status !== 0)
    throw new Error('npm ci failed in bench/native. It compiles hnswlib-node: a C++ compiler, make and Python are needed.')
  writeFileSync(STAMP, wanted)
}

/** node-gyp downloads Node's headers unless it is told that they lie beside Node. */
function headers() {
  const prefix = dirname(dirname(process.execPath))
  return existsSync(join(prefix, 'include/node/node_api.h')) ? { npm_config_nodedir: prefix } : {}
}
