// The values of `GPUBufferUsage` and `GPUMapMode` in the WebGPU specification: TypeScript's library has the types alone.
export const MAP_READ = 1
export const COPY_SRC = 4
export const COPY_DST = 8
export const UNIFORM = 64
export const STORAGE = 128
export const MAP_MODE_READ = 1
