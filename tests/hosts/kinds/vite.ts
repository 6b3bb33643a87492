import { built, type Host, serveWith, tool } from '../host.ts'

const serveDev = (app: string) => serveWith(app, 'vite', ['--host', '127.0.0.1', '--port', '0'])

const vite = (version: string): Record<string, Host> => {
  const major = version.split('.')[0]
  const dependencies = { vite: version }
  return {
    [`vite-${major}-dev`]: {
      title: `Vite ${major}, development server`,
      dependencies,
      serve: serveDev,
    },
    [`vite-${major}`]: {
      title: `Vite ${major}, build`,
      dependencies,
      serve: built((app) => tool(app, 'vite', ['build', '--target', 'es2022'])),
    },
  }
}

export const VITE: Record<string, Host> = {
  ...vite('5.4.21'),
  ...vite('6.4.6'),
  ...vite('7.3.8'),
  ...vite('8.4.0'),
  'vite-7-dev-workspace': {
    title: 'Vite 7, development server, in a monorepo',
    dependencies: { vite: '7.3.8' },
    installer: 'npm workspace',
    serve: serveDev,
  },
  'vite-8-dev-pnpm': {
    title: 'Vite 8, development server, installed by pnpm',
    dependencies: { vite: '8.4.0' },
    installer: 'pnpm',
    serve: serveDev,
  },
}
