import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildExtension, EXAMPLES, linesOf, makeExample, namesOfExamples } from './examples.ts'
import { importsNeeded, importsOf } from './import-map.ts'
import { pack } from './pack.ts'
import { askNotes, findNote, useNotes } from './use-notes.ts'
import { inBrowser, withExtension } from './visit.ts'

/** As in `hosts.node.test.ts`; `examples` names all of these. */
const asked = (process.env.VOISIN_HOSTS ?? 'plain,node').split(',')
const isAll = asked.includes('all') || asked.includes('examples')
const names = Object.keys(EXAMPLES).filter((name) => isAll || asked.includes(name))
const execute = promisify(execFile)

let tarballs: Record<string, string>

beforeAll(async () => {
  if (names.length > 0) tarballs = await pack()
})
afterAll(async () => {
  for (const path of made.values()) await rm(path, { recursive: true, force: true, maxRetries: 10 })
})

/** By name, where each is installed. */
const made = new Map<string, string>()

async function make(name: string): Promise<string> {
  const app = made.get(name) ?? (await makeExample(name, tarballs))
  made.set(name, app)
  return app
}

test('every example is tried, and has fewer than 80 lines of its own', async () => {
  expect(await namesOfExamples()).toEqual(Object.keys(EXAMPLES).sort())
  for (const name of Object.keys(EXAMPLES)) expect(await linesOf(name), name).toBeLessThan(80)
})

const pages = names.filter((name) => Object.keys(EXAMPLES[name]!).length > 0)
test.for(pages)('the example %s finds, answers, and keeps what is added', async (name) => {
  const app = await make(name)
  for (const serve of Object.values(EXAMPLES[name]!)) {
    const served = await serve(app)
    try {
      await inBrowser(async (page) => {
        await useNotes(page, served.url)
        await askNotes(page)
      })
    } finally {
      await served.close()
    }
  }
})

if (names.includes('plain'))
  test('the import map of the plain page names what there is to import, and nothing else', async () => {
    const app = await make('plain')
    expect(await importsOf(join(app, 'index.html'))).toEqual(await importsNeeded(app))
  })

if (names.includes('extension'))
  test('what an extension’s panel adds its service worker finds, and the other way round', async () => {
    await withExtension(await buildExtension(await make('extension')), async (worker, page) => {
      await useNotes(page, new URL('panel.html', worker.url()).href)
      const said = () => worker.evaluate('globalThis.said')
      await worker.evaluate('chrome.omnibox.setDefaultSuggestion = ({ description }) => { globalThis.said = description }')
      await worker.evaluate("chrome.omnibox.onInputChanged.dispatch('Where is the red umbrella?', () => {})")
      await expect.poll(said, { timeout: 60_000 }).toBe('The red umbrella is at the office. [1]')

      const note = 'Bicycles are in the cellar.'
      await worker.evaluate(`chrome.contextMenus.onClicked.dispatch({ menuItemId: 'add', selectionText: '${note}' })`)
      await expect.poll(() => worker.evaluate('chrome.action.getBadgeText({})'), { timeout: 60_000 }).toBe('4')
      await findNote(page, 'bicycle', note, ['Bicycles'])
    })
  })

if (names.includes('node'))
  test('the script for Node answers from a folder, and says when it cannot', async () => {
    const app = await make('node')
    const { stdout } = await execute('npm', ['start', '--silent', '--', 'Why does dough rise?'], { cwd: app })
    expect(stdout).toBe('Dough rises because yeast makes gas from sugar. [1]\n[1] bread.md, line 3\n')
    const refusal = execute('npm', ['start', '--silent', '--', 'How do I reset my router?'], { cwd: app })
    await expect(refusal).rejects.toMatchObject({ code: 1, stdout: 'The documents do not answer this.\n' })
  })
