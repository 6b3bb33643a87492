// The text of voisin-load-zip-worker.js, written here when the package is built: see scripts/bundle-modules.mjs.
const text: string = ''

export default text
