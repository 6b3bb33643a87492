// Builds every package's dist from nothing: tsc keeps the output of files that are gone.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleModules } from './bundle-modules.mjs'
import { PACKAGES } from './packages.mjs'
import { run } from './run.mjs'

for (const { folder } of PACKAGES) await rm(join(folder, 'dist'), { recursive: true, force: true })
const code = await run('tsc', ['-b'])
if (code === 0) await bundleModules()
process.exit(code)
