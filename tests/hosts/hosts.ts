import type { Host } from './host.ts'
import { BUNDLERS } from './kinds/bundlers.ts'
import { EXTENSIONS } from './kinds/extensions.ts'
import { FRAMEWORKS } from './kinds/frameworks.ts'
import { PAGES } from './kinds/pages.ts'
import { SERVERS } from './kinds/servers.ts'
import { VITE } from './kinds/vite.ts'

/** By name, in the order of the README's table. */
export const HOSTS: Record<string, Host> = { ...VITE, ...BUNDLERS, ...FRAMEWORKS, ...PAGES, ...EXTENSIONS, ...SERVERS }
