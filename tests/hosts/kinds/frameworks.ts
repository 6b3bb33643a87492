import { built, type Host, serveWith, tool } from '../host.ts'

/** The newest frameworks ask for a newer Node than voisin does. */
const NODE = { node: '22.23.3' }
/** React shows a component twice while it is developed. */
const ONCE = 'globalThis.trial ??= tryAll().then((found) => {\n      window.found = found\n    })'

const NEXT: Record<string, string> = {
  'app/layout.jsx':
    'export default function Layout({ children }) {\n  return (\n    <html lang="en">\n      <body>{children}</body>\n    </html>\n  )\n}\n',
  'app/page.jsx': `'use client'
import { useEffect } from 'react'
import { tryAll } from '../app.js'

export default function Page() {
  useEffect(() => {
    ${ONCE}
  }, [])
  return <p>voisin</p>
}\n`,
}
const NEXT_DEPENDENCIES = { next: '16.4.6', react: '19.3.1', 'react-dom': '19.3.1' }

const SVELTE: Record<string, string> = {
  'vite.config.js': `import adapter from '@sveltejs/adapter-static'
import { sveltekit } from '@sveltejs/kit/vite'

export default { plugins: [sveltekit({ adapter: adapter() })] }\n`,
  'src/app.html': '<!doctype html><head>%sveltekit.head%</head><body><div>%sveltekit.body%</div></body>',
  'src/routes/+layout.js': 'export const prerender = true\n',
  'src/routes/+page.svelte': `<script>
  import { onMount } from 'svelte'
  import { tryAll } from '../../app.js'

  onMount(async () => {
    window.found = await tryAll()
  })
</script>

<p>voisin</p>\n`,
}
const SVELTE_DEPENDENCIES = {
  ...NODE,
  vite: '8.4.0',
  svelte: '5.57.3',
  '@sveltejs/kit': '3.2.0',
  '@sveltejs/vite-plugin-svelte': '7.3.1',
  '@sveltejs/adapter-static': '4.0.1',
}

const ASTRO: Record<string, string> = {
  'src/pages/index.astro': `<html lang="en"><body><p>voisin</p><script>
import { tryAll } from '../../app.js'

window.found = await tryAll()
</script></body></html>\n`,
}

const NUXT: Record<string, string> = {
  'nuxt.config.js': "export default { compatibilityDate: '2026-01-01', telemetry: false }\n",
  'app/app.vue': `<script setup>
import { tryAll } from '../app.js'

onMounted(async () => {
  window.found = await tryAll()
})
</script>

<template><p>voisin</p></template>\n`,
}
const NUXT_DEPENDENCIES = { ...NODE, nuxt: '4.5.2', vue: '3.5.45' }

const dev = (name: string) => (app: string) => serveWith(app, name, ['dev', '--host', '127.0.0.1', '--port', '0'])

export const FRAMEWORKS: Record<string, Host> = {
  'next-dev': {
    title: 'Next 16, development server',
    dependencies: NEXT_DEPENDENCIES,
    files: NEXT,
    serve: (app) => serveWith(app, 'next', ['dev', '--hostname', '127.0.0.1', '--port', '0']),
  },
  next: {
    title: 'Next 16, build',
    dependencies: NEXT_DEPENDENCIES,
    files: NEXT,
    serve: async (app) => {
      await tool(app, 'next', ['build'])
      return await serveWith(app, 'next', ['start', '--hostname', '127.0.0.1', '--port', '0'])
    },
  },
  'sveltekit-dev': {
    title: 'SvelteKit 3, development server',
    dependencies: SVELTE_DEPENDENCIES,
    files: SVELTE,
    serve: (app) => serveWith(app, 'vite', ['dev', '--host', '127.0.0.1', '--port', '0']),
  },
  sveltekit: {
    title: 'SvelteKit 3, build',
    dependencies: SVELTE_DEPENDENCIES,
    files: SVELTE,
    serve: built((app) => tool(app, 'vite', ['build']), 'build'),
  },
  'astro-dev': {
    title: 'Astro 7, development server',
    dependencies: { ...NODE, astro: '7.3.5' },
    files: ASTRO,
    serve: dev('astro'),
  },
  astro: {
    title: 'Astro 7, build',
    dependencies: { ...NODE, astro: '7.3.5' },
    files: ASTRO,
    serve: built((app) => tool(app, 'astro', ['build'])),
  },
  'nuxt-dev': {
    title: 'Nuxt 4, development server',
    dependencies: NUXT_DEPENDENCIES,
    files: NUXT,
    serve: dev('nuxt'),
  },
  nuxt: {
    title: 'Nuxt 4, build',
    dependencies: NUXT_DEPENDENCIES,
    files: NUXT,
    serve: built((app) => tool(app, 'nuxt', ['generate']), '.output/public'),
  },
}
