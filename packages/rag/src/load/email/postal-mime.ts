// All of postal-mime that is asked for, in a file of its own, so that it is bundled and an install brings no package: see scripts/bundle-modules.mjs.
export { type Address, default as PostalMime, type Email } from 'postal-mime'
