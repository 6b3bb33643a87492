import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('../.cache/quality/', import.meta.url))
const ADDRESS = /^\/quality-vectors\/([0-9a-f]{32})$/

/** A Vite plugin that keeps vectors of slow models on disk: GET and PUT /quality-vectors/<key>. */
export function vectorStore() {
  const middleware = async (request, response, next) => {
    const key = ADDRESS.exec(request.url)?.[1]
    if (!key) return next()
    const file = `${FOLDER}${key}.f32`
    if (request.method === 'PUT') {
      await mkdir(FOLDER, { recursive: true })
      const partial = `${file}.${process.pid}`
      try {
        await pipeline(request, createWriteStream(partial))
        await rename(partial, file)
      } catch (error) {
        await rm(partial, { force: true })
        return next(error)
      }
      return response.end()
    }
    if (!existsSync(file)) {
      response.statusCode = 404
      return response.end()
    }
    response.setHeader('content-type', 'application/octet-stream')
    createReadStream(file).pipe(response)
  }
  return { name: 'voisin-quality-vectors', configureServer: (server) => void server.middlewares.use(middleware) }
}
