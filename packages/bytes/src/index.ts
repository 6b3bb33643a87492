export { ByteReader } from './byte-reader.ts'
export { ByteWriter } from './byte-writer.ts'
export { checksum } from './checksum.ts'
export { FORMAT_VERSION, FRAME_KINDS, type FrameKind, seal, sealOf, unseal } from './frame.ts'
