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
export { serve, serveHere } from './serve.ts'
export { transfer } from './transfer.ts'
