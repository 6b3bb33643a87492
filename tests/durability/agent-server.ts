import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { type Command, PageError, type Reply, type Request } from './protocol.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
}
/** A browser may give up an answer that takes long; it is told to ask again before that. */
const ASK_AGAIN_MS = 20_000

/** One life of a browser, as the harness sees it: it asks for commands, acknowledges writes and replies. */
export interface Life {
  /** What the browser is to be started with. The same origin in every life: that is what storage belongs to. */
  readonly url: string
  /** When each write was acknowledged, in ms. */
  readonly acknowledged: ReadonlyMap<number, number>
  /** What the page has reported of embedding: the texts of each batch, before it had their vectors. */
  readonly embedded: readonly (readonly string[])[]
  /** Rejects with what the page says went wrong. */
  call(request: Request): Promise<unknown>
  /** Resolves when `count` writes are acknowledged. From then on no acknowledgement is answered where `mute` says so: the page waits. */
  heard(count: number, options?: { readonly mute?: boolean }): Promise<void>
}

export interface AgentServer {
  /** Begins a life and ends the one before: its page is not listened to any more. */
  newLife(): Life
  close(): Promise<void>
}

interface LifeState {
  readonly number: number
  readonly queue: Command[]
  readonly acknowledged: Map<number, number>
  readonly embedded: string[][]
  readonly replies: Map<number, (reply: Reply) => void>
  waiting: ServerResponse | undefined
  onAcknowledged: () => boolean
}

/** Serves a built page from `folder`, and what its agent asks for. */
export async function startAgentServer(folder: string): Promise<AgentServer> {
  let life: LifeState | undefined
  let lives = 0
  let commands = 0
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const answer = (status: number, body: unknown = '') => response.writeHead(status).end(body)
    if (!['/next', '/reply', '/acknowledge', '/embedded'].includes(url.pathname))
      return await serveFile(folder, url.pathname, response)
    // What is sent at the very moment of the cut arrives after it: it was sent before.
    if (life === undefined || Number(url.searchParams.get('life')) !== life.number) return answer(410)
    if (url.pathname === '/next') {
      wait(life, response)
      return deliver(life)
    }
    if (url.pathname === '/acknowledge') {
      life.acknowledged.set(Number(url.searchParams.get('number')), performance.now())
      return life.onAcknowledged() ? answer(200) : undefined
    }
    const asked = life
    const body = JSON.parse(await bodyOf(request))
    if (url.pathname === '/embedded') {
      asked.embedded.push(body as string[])
      return answer(200)
    }
    const reply = body as Reply
    asked.replies.get(reply.id)?.(reply)
    return answer(200)
  }
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    newLife() {
      life?.waiting?.destroy()
      lives++
      const state: LifeState = {
        number: lives,
        queue: [],
        acknowledged: new Map(),
        embedded: [],
        replies: new Map(),
        waiting: undefined,
        onAcknowledged: () => true,
      }
      life = state
      return {
        url: `http://127.0.0.1:${port}/agent.html?life=${lives}`,
        acknowledged: state.acknowledged,
        embedded: state.embedded,
        call(request) {
          const id = commands++
          state.queue.push({ id, ...request })
          deliver(state)
          return new Promise((resolve, reject) => {
            state.replies.set(id, ({ value, error }) => (error === undefined ? resolve(value) : reject(new PageError(error))))
          })
        },
        heard(count, { mute = false } = {}) {
          return new Promise((resolve) => {
            state.onAcknowledged = () => {
              if (state.acknowledged.size < count) return true
              resolve()
              return !mute
            }
            if (state.acknowledged.size >= count) resolve()
          })
        },
      }
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function wait(life: LifeState, response: ServerResponse): void {
  life.waiting?.destroy()
  life.waiting = response
  const timer = setTimeout(() => {
    if (life.waiting !== response) return
    life.waiting = undefined
    response.writeHead(204).end()
  }, ASK_AGAIN_MS)
  response.on('close', () => {
    clearTimeout(timer)
    if (life.waiting === response) life.waiting = undefined
  })
}

function deliver(life: LifeState): void {
  if (life.waiting === undefined) return
  const command = life.queue.shift()
  if (command === undefined) return
  const { waiting } = life
  life.waiting = undefined
  waiting.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(command))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  request.setEncoding('utf8')
  for await (const part of request) body += part
  return body
}

async function serveFile(folder: string, path: string, response: ServerResponse): Promise<void> {
  const file = normalize(join(folder, path))
  const bytes = file.startsWith(folder) ? await readFile(file).catch(() => undefined) : undefined
  if (bytes === undefined) {
    response.writeHead(404).end()
    return
  }
  // Never from the browser's own cache: it is part of what is cut.
  const headers = { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'cache-control': 'no-store' }
  response.writeHead(200, headers).end(bytes)
}
