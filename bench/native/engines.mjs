// Native indexes in the shape of the page's engines (index-engines/engine.ts).
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const M = 16
const EF_CONSTRUCTION = 200

/** @param bytesPerVector What hnswlib's layout takes (index-engines/hnswlib-layout.ts). */
export function nativeKinds(bytesPerVector) {
  return [hnswlibNode(bytesPerVector), ...['f32', 'f16', 'i8'].map(usearch)]
}

function hnswlibNode(bytesPerVector) {
  return {
    engine: 'hnswlib-node',
    mode: 'hnsw',
    settings:
      "3.0.0, compiled with -O3 -march=native, M 16, efConstruction 200, space 'ip' on unit vectors, ids reserved by initIndex; " +
      'points are made arrays while building, queries beforehand; bytes computed from its layout',
    rows: ['build', 'search'],
    m: M,
    efConstruction: EF_CONSTRUCTION,
    load: async () => {
      const { default: hnswlib } = await import('hnswlib-node')
      return ({ dim, points }, { spare }) => {
        const count = points.length / dim
        const index = new hnswlib.HierarchicalNSW('ip', dim)
        index.initIndex(count + spare, M, EF_CONSTRUCTION, 100)
        for (let row = 0; row < count; row++) index.addPoint(Array.from(points.subarray(row * dim, (row + 1) * dim)), row)
        const arrays = new WeakMap()
        return {
          graph: (query, k) => {
            if (!arrays.has(query)) arrays.set(query, Array.from(query))
            return index.searchKnn(arrays.get(query), k).neighbors
          },
          setEf: (ef) => index.setEf(ef),
          bytesPerVector: bytesPerVector(dim, M, 8),
          close: () => {},
        }
      }
    },
  }
}

const usearch = (quantization) => ({
  engine: 'usearch',
  mode: quantization,
  settings:
    "2.26.2, prebuilt, connectivity 16, expansion_add 200, metric 'ip' on unit vectors, one thread; an index keeps its expansion_search, " +
    'so each ef has a copy, loaded from a file; bytes of that file',
  rows: ['build', 'search'],
  m: M,
  efConstruction: EF_CONSTRUCTION,
  load: async () => {
    const { default: library } = await import('usearch')
    return ({ dim, points }) => {
      const count = points.length / dim
      const open = (ef) =>
        new library.Index({
          metric: 'ip',
          quantization,
          dimensions: dim,
          connectivity: M,
          expansion_add: EF_CONSTRUCTION,
          expansion_search: ef,
          multi: false,
        })
      const built = open(64)
      const keys = BigUint64Array.from({ length: count }, (_, row) => BigInt(row))
      built.add(keys, points, 1)
      const folder = mkdtempSync(join(tmpdir(), 'voisin-usearch-'))
      const file = join(folder, 'index')
      const copies = new Map()
      let index = built
      let bytes
      const savedBytes = () => {
        if (bytes === undefined) {
          built.save(file)
          bytes = statSync(file).size
        }
        return bytes
      }
      return {
        graph: (query, k) => Array.from(index.search(query, k, 1).keys, Number),
        setEf: (ef) => {
          if (!copies.has(ef)) {
            savedBytes()
            const copy = open(ef)
            copy.load(file)
            copies.set(ef, copy)
          }
          index = copies.get(ef)
        },
        get bytesPerVector() {
          return savedBytes() / count
        },
        close: () => rmSync(folder, { recursive: true, force: true }),
      }
    }
  },
})
