export type { CallContext, CallOptions, Connection, ConnectOptions, Endpoint, Method, Methods } from './contract.ts'
