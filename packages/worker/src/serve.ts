import { ForeignError, InvalidArgumentError } from '@voisin/spec'
import * as Comlink from 'comlink'
import { WorkerPort } from './call-port.ts'
import type { Endpoint, Methods, WorkerLike } from './contract.ts'
import { encodeError } from './error-codec.ts'
import { holdLifeline } from './lifeline.ts'
import type { Outcome, ReadyMessage, Request, Wire } from './messages.ts'
import { transferredWith } from './transferred.ts'

/**
 * Serves methods to whoever is at the other end: in a worker `serve(self, methods)`, at the top level and at once. Heavy imports
 * belong inside the methods: a worker that awaits them before it serves is late for its own handshake.
 */
export function serve(endpoint: Endpoint, methods: Methods): void {
  // Only a worker's whole life is worth a lifeline: a port is closed by those who hold it.
  const lifeline = (endpoint as unknown) === globalThis ? holdLifeline() : Promise.resolve(undefined)
  const wire: Wire = { ready: () => lifeline, run: (request) => run(methods, request) }
  Comlink.expose(wire, endpoint as Comlink.Endpoint)
  void lifeline.then((name) => endpoint.postMessage({ type: 'voisin-ready', lifeline: name } satisfies ReadyMessage))
}

/** Methods that stay on this thread, behind the same wire: arguments and results are cloned, aborts and errors travel alike. */
export function serveHere(methods: Methods): WorkerLike {
  const { port1, port2 } = new MessageChannel()
  serve(port2, methods)
  return Object.assign(port1, { terminate: () => port1.close() })
}

async function run(methods: Methods, { method, argument, isStream, port }: Request): Promise<Outcome> {
  const callPort = new WorkerPort(port)
  try {
    const value = await produce(methods, method, argument, isStream, callPort)
    return Comlink.transfer({ sent: callPort.sent, value }, transferredWith(value))
  } catch (error) {
    return { sent: callPort.sent, error: encodeError(error) }
  }
}

async function produce(
  methods: Methods,
  name: string,
  argument: unknown,
  isStream: boolean,
  callPort: WorkerPort,
): Promise<unknown> {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined
  if (!method) {
    throw new InvalidArgumentError('There is no such method.', { expected: Object.keys(methods).join(', '), received: name })
  }
  const { signal } = callPort
  const result = method(argument, { signal, progress: (progress) => callPort.progress(progress) })
  const items = streamOf(result)
  if ((items !== undefined) !== isStream) {
    throw new InvalidArgumentError(`${name} was called in the wrong way.`, {
      expected: isStream ? 'call: it has one result' : 'stream: it has many items',
      received: isStream ? 'stream' : 'call',
    })
  }
  return items ? await pump(name, items, callPort) : await result
}

function streamOf(result: unknown): AsyncIterable<unknown> | undefined {
  const isStream = typeof result === 'object' && result !== null && Symbol.asyncIterator in result
  return isStream ? (result as AsyncIterable<unknown>) : undefined
}

/** Sends a stream's items as they are wanted, and ends it when they no longer are. */
async function pump(name: string, items: AsyncIterable<unknown>, callPort: WorkerPort): Promise<undefined> {
  const iterator = items[Symbol.asyncIterator]()
  let isDone = false
  try {
    for (;;) {
      await callPort.demand()
      const next = await iterator.next()
      isDone = next.done === true
      if (isDone) return undefined
      try {
        callPort.item(next.value)
      } catch (cause) {
        throw new ForeignError(`An item of ${name} cannot be cloned.`, { cause })
      }
    }
  } finally {
    if (!isDone) await iterator.return?.()
  }
}
