/** Reads a file of the folder of real data, by its path in there; undefined where it is not. */
export type ReadShared = (path: string) => Promise<ArrayBuffer | undefined>

/** In the page: the bench's server has them under /shared/. */
export const fetchShared: ReadShared = async (path) => {
  const response = await fetch(`/shared/${path}`)
  // A dev server answers an unknown path with the page itself.
  if (!response.ok || response.headers.get('content-type')?.includes('html')) return undefined
  return response.arrayBuffer()
}
