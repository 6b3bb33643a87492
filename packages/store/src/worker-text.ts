// The text of voisin-store-worker.js, written here when the package is built: see scripts/bundle-modules.mjs.
const text: string = ''

export default text
