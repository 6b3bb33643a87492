import { chromium } from 'playwright'
import { build, createServer, preview } from 'vite'
import { BROWSER_ARGUMENTS, findOrInstallBrowser } from '../../scripts/find-browser.mjs'
import { viteConfig } from './vite-config.mjs'

/** As its users have it: workers are one file each, as a bundler makes them. */
async function serveBuilt(name, plugins) {
  const outDir = `${viteConfig.cacheDir}-${name}`
  const config = {
    ...viteConfig,
    plugins: [...viteConfig.plugins, ...plugins],
    logLevel: 'error',
    build: { outDir, emptyOutDir: true, target: 'esnext', chunkSizeWarningLimit: Number.POSITIVE_INFINITY },
  }
  await build(config)
  return await preview({ ...config, preview: viteConfig.server })
}

async function serveSource() {
  const server = await createServer(viteConfig)
  return await server.listen()
}

/**
 * Serves bench/, from source or built, and opens it in headless Chromium, isolated from other origins.
 * A built page has a name, under which it is kept, and may have plugins of its own.
 * The page can ask for the CPU time of all renderer processes, its own and its workers': on a shared machine the only honest clock.
 */
export async function openPage({ isBuilt = false, name = 'built', plugins = [] } = {}) {
  const server = await (isBuilt ? serveBuilt(name, plugins) : serveSource())
  const browser = await chromium.launch({ executablePath: await findOrInstallBrowser(), args: BROWSER_ARGUMENTS })
  const close = async () => {
    await browser.close()
    await server.close()
  }
  try {
    const session = await browser.newBrowserCDPSession()
    const page = await browser.newPage()
    await page.exposeFunction('voisinCpuMs', async () => {
      const { processInfo } = await session.send('SystemInfo.getProcessInfo')
      const renderers = processInfo.filter(({ type }) => type === 'renderer')
      return renderers.reduce((sum, { cpuTime }) => sum + cpuTime * 1000, 0)
    })
    page.on('console', (message) => {
      if (!message.text().startsWith('[vite]')) console.error(`  ${message.text()}`)
    })
    page.on('pageerror', (error) => console.error(error))
    await page.goto(server.resolvedUrls.local[0])
    await page.waitForFunction(() => window.voisinBench !== undefined)
    if (!(await page.evaluate(() => crossOriginIsolated))) throw new Error('The page is not isolated from other origins.')
    return { page, browser: `Chromium ${browser.version()}`, close }
  } catch (error) {
    await close()
    throw error
  }
}
