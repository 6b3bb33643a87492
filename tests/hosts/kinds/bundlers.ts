import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { built, copyPage, type Host, MAIN_LATER, PAGE, tool } from '../host.ts'

const copyModel = async (app: string) => {
  await copyPage(app)
  await cp(join(app, 'node_modules/@voisin/mini/model/voisin-mini.bin'), join(app, 'dist/voisin-mini.bin'))
}
const MODEL_SETTING = 'copy `voisin-mini.bin` of `@voisin/mini` beside the page'

const esbuild = (title: string, format: string): Host => ({
  title,
  dependencies: { esbuild: '0.28.2' },
  setting: MODEL_SETTING,
  serve: built(async (app) => {
    await copyModel(app)
    await tool(app, 'esbuild', ['main.js', '--bundle', `--format=${format}`, '--minify', '--outfile=dist/main.js'])
  }),
})

const WEBPACK = ['--mode', 'production', '--entry', './main.js', '--output-path', 'dist', '--output-filename', 'main.js']

export const BUNDLERS: Record<string, Host> = {
  esbuild: esbuild('esbuild, ES module', 'esm'),
  'esbuild-iife': {
    ...esbuild('esbuild, IIFE', 'iife'),
    files: { 'index.html': PAGE.replace(' type="module"', ''), 'main.js': MAIN_LATER },
  },
  rollup: {
    title: 'Rollup 4',
    dependencies: { rollup: '4.68.8', '@rollup/plugin-node-resolve': '16.0.3' },
    setting: MODEL_SETTING,
    serve: built(async (app) => {
      await copyModel(app)
      await tool(app, 'rollup', ['main.js', '--dir', 'dist', '--format', 'es', '-p', 'node-resolve'])
    }),
  },
  webpack: {
    title: 'webpack 5',
    dependencies: { webpack: '5.113.0', 'webpack-cli': '6.0.1' },
    serve: built(async (app) => {
      await copyPage(app)
      await tool(app, 'webpack', WEBPACK)
    }),
  },
  parcel: {
    title: 'Parcel 2',
    dependencies: { parcel: '2.16.4' },
    setting: '`"@parcel/resolver-default": { "packageExports": true }` in package.json',
    serve: built((app) => tool(app, 'parcel', ['build', 'index.html', '--no-cache', '--no-source-maps'])),
  },
}
