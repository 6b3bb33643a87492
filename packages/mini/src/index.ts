import type { StaticModelSource } from '@voisin/spec'
import { REVISION, SHA256 } from './digests.ts'

/**
 * The built-in embedding model: one vector for each of some 53,000 English and French words and 4,000 word pieces, some 4 MB in one file. It needs
 * no runtime, starts at once and is fast; it does not read word order, so a large model understands more.
 */
export const miniModel: StaticModelSource = {
  name: 'voisin-mini',
  revision: REVISION,
  dim: 384,
  maxTokens: 512,
  queryPrefix: '',
  documentPrefix: '',
  format: 'static',
  // Asked for late: a script that is no module has no URL.
  get files() {
    return { model: fileUrl(), elsewhere: otherUrls() }
  },
  sha256: SHA256,
}

function fileUrl(): URL | string {
  try {
    // In this very form, so that bundlers find the file and copy it.
    return new URL('../model/voisin-mini.bin', import.meta.url)
  } catch {
    return FILE
  }
}

/** Where the file is when no bundler has copied it: beside the script, or beside the page. */
function otherUrls(): URL[] {
  const here: unknown = import.meta.url
  const page = globalThis.document?.baseURI
  const besidePage = page === undefined ? [] : [fileAt('', page)]
  if (typeof here !== 'string') return besidePage
  // Vite bundles dependencies into a folder of its own while an app is developed; where they were is near.
  const folders = VITE_FOLDER.test(here) ? NODE_MODULES : []
  const paths = [...folders.map((folder) => `${folder}/@voisin/mini/model/`), '']
  // Nothing is beside a script that was made from text.
  return [...(here.startsWith('blob:') ? [] : paths.map((path) => fileAt(path, here))), ...besidePage]
}

/** Not in the form that bundlers know: they would look for files that are not there. */
const fileAt = (path: string, base: string) => new URL(path + FILE, base)

const FILE = 'voisin-mini.bin'
/** From Vite's folder; the second is pnpm's. */
const NODE_MODULES = ['../..', '../../.pnpm/node_modules']
const VITE_FOLDER = /\/\.vite[^/]*\/deps/
