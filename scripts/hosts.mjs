// `pnpm test:hosts [name…]`: tries the packed packages wherever apps are built and run. Without names all of them, and the README's table is written.
import { run } from './run.mjs'

const names = process.argv.slice(2)
const env = names.length > 0 ? { VOISIN_HOSTS: names.join(',') } : { VOISIN_HOSTS: 'all', VOISIN_HOSTS_TABLE: '1' }
process.exit(await run('vitest', ['run', '--project', 'node', 'tests/hosts'], { env }))
