import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { FILES, type Host, tool } from '../host.ts'

const WASM_SETTING = "`'wasm-unsafe-eval'` in the manifest's `content_security_policy`"
const manifest = (more: object = {}) =>
  JSON.stringify({
    manifest_version: 3,
    name: 'voisin',
    version: '1',
    background: { service_worker: 'background.js', type: 'module' },
    content_security_policy: { extension_pages: "script-src 'self' 'wasm-unsafe-eval'" },
    ...more,
  })

/** Built by Vite. */
const EXTENSION: Record<string, string> = {
  ...FILES,
  'background.js': "import 'voisin/eager'\nimport { tryAllHere } from './app.js'\n\nglobalThis.tryAllHere = tryAllHere\n",
  'manifest.json': manifest(),
  'vite.config.js': `export default {
  build: { target: 'es2022', rollupOptions: { input: ['index.html', 'background.js'], output: { entryFileNames: '[name].js' } } },
}\n`,
}

/** Its service worker has no page to show, and works in one that nobody sees. */
const OFFSCREEN: Record<string, string> = {
  ...EXTENSION,
  'main.js': "import { tryAllHere } from './app.js'\n\nchrome.runtime.sendMessage(await tryAllHere())\n",
  'background.js': `globalThis.tryAllHere = async () => {
  const found = new Promise((resolve) => chrome.runtime.onMessage.addListener(resolve))
  await chrome.offscreen.createDocument({ url: 'index.html', reasons: ['WORKERS'], justification: 'search' })
  const whatWasFound = await found
  await chrome.offscreen.closeDocument()
  return whatWasFound
}\n`,
  'manifest.json': manifest({ permissions: ['offscreen'] }),
}

async function build(app: string): Promise<string> {
  await tool(app, 'vite', ['build'])
  await cp(join(app, 'manifest.json'), join(app, 'dist/manifest.json'))
  return join(app, 'dist')
}

export const EXTENSIONS: Record<string, Host> = {
  'extension-page': {
    title: 'MV3 extension, page (tab, popup, side panel)',
    setting: WASM_SETTING,
    dependencies: { vite: '8.4.0' },
    files: EXTENSION,
    extension: { build, asks: 'page' },
  },
  'extension-offscreen': {
    title: 'MV3 extension, offscreen document',
    setting: WASM_SETTING,
    dependencies: { vite: '8.4.0' },
    files: OFFSCREEN,
    extension: { build, asks: 'service worker' },
  },
  'extension-worker': {
    title: 'MV3 extension, service worker',
    dependencies: { vite: '8.4.0' },
    setting: `${WASM_SETTING}; \`import 'voisin/eager'\`, since a service worker may load nothing later`,
    files: EXTENSION,
    extension: { build, asks: 'service worker' },
  },
}
