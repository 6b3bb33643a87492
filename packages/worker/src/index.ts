export { connect } from './connection.ts'
export type {
  CallContext,
  CallOptions,
  Connection,
  ConnectOptions,
  Endpoint,
  Method,
  Methods,
  WorkerLike,
} from './contract.ts'
export { hasWorkers } from './has-workers.ts'
export { serve, serveHere } from './serve.ts'
export { startScript, type WorkerScript } from './start-script.ts'
export { transfer } from './transfer.ts'
export { startTrusted } from './trusted-worker.ts'
