import { viteConfig } from './node/vite-config.mjs'

// To open the page by hand: a port that can be remembered.
export default { ...viteConfig, logLevel: 'info', server: { ...viteConfig.server, port: 5180 } }
