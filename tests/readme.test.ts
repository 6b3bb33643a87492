import * as rag from '@voisin/rag'
import { expect, onTestFinished, test } from 'vitest'
import * as voisin from 'voisin'
import readme from '../README.md?raw'

const doors: Readonly<Record<string, object>> = { voisin, '@voisin/rag': rag }

/** A block of TypeScript that needs no compiling, its imports as destructured parameters, run as the body of an async function. */
async function run(code: string, result: string): Promise<unknown> {
  const body = code.replaceAll(/^import (\{[^}]*\}) from '([^']+)'$/gm, (_, names, door) => `const ${names} = doors['${door}']`)
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor
  return await new AsyncFunction('doors', `${body}\nreturn ${result}`)(doors)
}

test('the quick start of the README is three lines, runs as it stands, and finds what the README says', async () => {
  const block = /<!-- quick-start -->\s*```ts\n([\s\S]*?)```\s*<!-- \/quick-start -->/.exec(readme)?.[1]
  expect(block, 'a ts block between <!-- quick-start --> and <!-- /quick-start -->').toBeDefined()
  const lines = block!.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('import'))
  expect(lines).toHaveLength(3)

  const name = /openLibrary\('([^']+)'/.exec(block!)![1]!
  await voisin.deleteLibrary(name)
  const [library, hit] = (await run(block!, '[library, hit]')) as [voisin.Library, voisin.Hit]
  onTestFinished(async () => {
    await library.close()
    await voisin.deleteLibrary(name)
  })

  const said = /`hit\.chunk\.text` is now `([^`]+)`, `hit\.document\.id` is `([^`]+)`/.exec(readme)
  expect(said, 'the sentence that says what was found').not.toBeNull()
  expect([hit.chunk.text, hit.document.id]).toEqual(said!.slice(1))
  const document = await library.document(hit.document.id)
  expect(document!.text.slice(hit.chunk.start, hit.chunk.end)).toBe(hit.chunk.text)
})
