import { execFile } from 'node:child_process'
import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Compilers by the name that they are installed under. */
export const COMPILERS: Record<string, string> = {
  'typescript-5.4': 'npm:typescript@5.4.5',
  'typescript-5.7': 'npm:typescript@5.7.3',
  'typescript-5.9': 'npm:typescript@5.9.3',
  'typescript-6.0': 'npm:typescript@6.0.3',
  'typescript-7.0': 'npm:typescript@7.0.2',
}

/** Each with two ways to find modules, in a page and on a server, and looking at all types there are. */
export const SETTINGS: readonly object[] = ['bundler', 'nodenext'].flatMap((moduleResolution) =>
  [
    { lib: ['es2022', 'dom', 'dom.iterable'], types: [] },
    { lib: ['es2022'], types: ['node'] },
  ].map((realm) => ({
    ...realm,
    moduleResolution,
    module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
    target: 'es2022',
    strict: true,
    skipLibCheck: false,
    noEmit: true,
  })),
)

/** What a compiler has to say about `consumer.ts`. */
export async function complaintsOf(app: string, compiler: string, compilerOptions: object): Promise<string> {
  await cp(new URL('consumer.ts', import.meta.url), join(app, 'consumer.ts'))
  await writeFile(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }))
  const tsc = join(app, 'node_modules', compiler, 'bin/tsc')
  return await execute(process.execPath, [tsc, '-p', '.'], { cwd: app }).then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  )
}
