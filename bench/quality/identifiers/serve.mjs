import { createReadStream, existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Where make-identifiers.mjs puts what it makes. */
export const FILE = fileURLToPath(new URL('../../.cache/identifiers.json', import.meta.url))

/** A Vite plugin: GET /quality-identifiers.json. */
export function identifierData() {
  const middleware = (request, response, next) => {
    if (request.url !== '/quality-identifiers.json') return next()
    if (!existsSync(FILE)) {
      response.statusCode = 404
      return response.end()
    }
    response.setHeader('content-type', 'application/json')
    createReadStream(FILE).pipe(response)
  }
  return { name: 'voisin-quality-identifiers', configureServer: (server) => void server.middlewares.use(middleware) }
}
