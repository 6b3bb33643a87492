export { type BatchScan, type BatchScanChoice, type ChooseBatchScanOptions, chooseBatchScan } from './choose-batch-scan.ts'
export type { WebGpuDevice, WebGpuInfo } from './device-types.ts'
export { openWebGpuScan, WebGpuScan, type WebGpuScanOptions, type WebGpuSearchOptions } from './webgpu-scan.ts'
