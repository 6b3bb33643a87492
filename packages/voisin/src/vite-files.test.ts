import { expect, onTestFinished, test, vi } from 'vitest'
import { withViteFiles } from './vite-files.ts'

function answering(text: string) {
  const asked = vi.fn(async (_: string) => new Response(text))
  vi.stubGlobal('fetch', asked)
  onTestFinished(() => void vi.unstubAllGlobals())
  return asked
}

const FILES = { model: 'model.bin' }

test.each([
  ['http://localhost:5173/node_modules/.vite/deps/voisin.js?v=1', 'http://localhost:5173/'],
  ['http://localhost:5173/sub/node_modules/.vite/deps/opening-X.js', 'http://localhost:5173/sub/'],
  ['http://localhost:5173/@fs/repo/node_modules/.vite/deps/voisin.js', 'http://localhost:5173/'],
])('of %s the server is asked where the package was', async (here, start) => {
  const asked = answering('export default "/@fs/repo/node_modules/voisin/dist/index.js"\n')
  expect(await withViteFiles(FILES, here)).toEqual({
    model: 'model.bin',
    elsewhere: [new URL('http://localhost:5173/@fs/repo/node_modules/@voisin/mini/model/voisin-mini.bin')],
  })
  expect(asked.mock.calls).toEqual([[`${start}@id/voisin?url`]])
})

test('where it does not say, and elsewhere, nothing is added', async () => {
  const asked = answering('<!doctype html>')
  expect(await withViteFiles(FILES, 'http://localhost/node_modules/.vite/deps/voisin.js')).toBe(FILES)
  for (const here of ['https://app.example/assets/index.js', 'file:///app/node_modules/voisin/dist/opening.js', undefined]) {
    expect(await withViteFiles(FILES, here)).toBe(FILES)
  }
  expect(asked).toHaveBeenCalledTimes(1)
})
