import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { build } from 'vite'

type Imports = Record<string, string>

/** What a page's import map says. */
export async function importsOf(page: string): Promise<Imports> {
  const map = /<script type="importmap">([\s\S]*?)<\/script>/.exec(await readFile(page, 'utf8'))?.[1]
  return (JSON.parse(map ?? '{}') as { imports?: Imports }).imports ?? {}
}

/** What the map of the page in a folder has to say: every name that it imports, or what it imports does; with its file there. */
export async function importsNeeded(app: string): Promise<Imports> {
  const imports: Imports = {}
  await build({
    root: app,
    configFile: false,
    logLevel: 'silent',
    build: { write: false, modulePreload: false },
    plugins: [
      {
        name: 'names',
        enforce: 'pre',
        async resolveId(name, importer) {
          if (!/^[@\w]/.test(name)) return null
          const file = await this.resolve(name, importer, { skipSelf: true })
          if (file) imports[name] = `./${relative(app, file.id)}`
          return file
        },
      },
    ],
  })
  return imports
}
