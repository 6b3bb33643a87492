/** Sources are not packed, so a packed package does not say where they are. */
function beforePacking(manifest) {
  for (const door of Object.values(manifest.exports ?? {})) if (typeof door === 'object') delete door['@voisin/source']
  return manifest
}

export const hooks = { beforePacking }
