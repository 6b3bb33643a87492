import { createReadStream, existsSync, statSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where real models and data sets lie, when they are there: beside the checkout, or where VOISIN_SHARED says. */
export const SHARED = process.env.VOISIN_SHARED ?? fileURLToPath(new URL('../../shared', import.meta.url))

/** Whether the real models and data sets are here. Tests that need them are skipped, by name, when they are not. */
export const sharedIsPresent = existsSync(join(SHARED, 'models')) && existsSync(join(SHARED, 'data'))

/** A Vite plugin that serves SHARED, read-only, under `/shared/`. For tests and benches; the product never asks for it. */
export function sharedData() {
  const middleware = (request, response, next) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname)
    if (!path.startsWith('/shared/')) return next()
    const file = normalize(join(SHARED, path.slice('/shared/'.length)))
    if (!file.startsWith(SHARED) || !existsSync(file) || !statSync(file).isFile()) {
      response.statusCode = 404
      return response.end()
    }
    response.setHeader('content-length', statSync(file).size)
    response.setHeader('content-type', file.endsWith('.json') ? 'application/json' : 'application/octet-stream')
    createReadStream(file).pipe(response)
  }
  return {
    name: 'voisin-shared-data',
    configureServer: (server) => void server.middlewares.use(middleware),
    configurePreviewServer: (server) => void server.middlewares.use(middleware),
  }
}
