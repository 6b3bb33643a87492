import { readdirSync } from 'node:fs'
import { test as base, expect, type Locator, type Page } from '@playwright/test'

/** How many documents the sample library has. */
export const SAMPLE_COUNT: number = readdirSync(new URL('../../demo/samples', import.meta.url)).filter((name) =>
  name.endsWith('.md'),
).length

/** The demo as a person meets it: named by what is seen, never by how it is made. */
export class ReadingRoom {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  /** The line one writes on, in the room that is open. */
  get field(): Locator {
    return this.page.locator('#query')
  }

  get hits(): Locator {
    return this.page.locator('.hits a')
  }

  get reader(): Locator {
    return this.page.getByRole('article')
  }

  get reply(): Locator {
    return this.page.locator('.reply[data-kind]:not([data-kind=streaming])')
  }

  get documents(): Locator {
    return this.page.locator('.documents li')
  }

  /** What was just done, as long as it can be decided otherwise. */
  get offer(): Locator {
    return this.page.locator('.offer')
  }

  documentNamed(title: string): Locator {
    return this.documents.filter({ hasText: title })
  }

  async open(place = ''): Promise<void> {
    await this.page.goto(`./${place}`)
  }

  async enter(room: 'Library' | 'Search' | 'Ask'): Promise<void> {
    await this.page.getByRole('link', { name: room, exact: true }).click()
  }

  /** Offers stand until `letOfferPass`, however long a test takes. To be called before the page is opened. */
  async holdOffers(): Promise<void> {
    await this.page.addInitScript(() => {
      addEventListener('animationstart', ({ animationName, target }) => {
        if (animationName !== 'offer-time') return
        for (const animation of (target as Element).getAnimations()) animation.pause()
      })
    })
  }

  async letOfferPass(): Promise<void> {
    await this.offer.locator('.offer-time').evaluate((line) => {
      for (const animation of line.getAnimations()) animation.finish()
    })
  }

  /** From an empty page to the sample library, read to its end. */
  async readSamples(): Promise<void> {
    await this.open()
    await this.page.getByRole('button', { name: 'Read the sample library' }).click()
    await expect(this.page.getByText(`${SAMPLE_COUNT} documents were read and stored here.`)).toBeVisible({ timeout: 120_000 })
  }

  async search(text: string): Promise<void> {
    await this.field.fill(text)
    await expect(this.page.locator('.hits')).toHaveAttribute('data-query', text)
  }

  async ask(question: string): Promise<void> {
    await this.field.fill(question)
    await this.page.getByRole('button', { name: 'Ask' }).click()
    await expect(this.page.locator('[data-question]')).toHaveAttribute('data-question', question)
    await expect(this.reply).toBeVisible()
  }

  /** Drags files and folders of this machine over the page and lets them go. */
  async dropFromDisk(paths: readonly string[]): Promise<void> {
    const session = await this.page.context().newCDPSession(this.page)
    const data = { items: [], files: [...paths], dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await session.send('Input.dispatchDragEvent', { type, x: 200, y: 200, data })
    await session.detach()
  }

  /** Lets go of files over the page, as a person's drag would. */
  async drop(files: readonly { readonly name: string; readonly text: string; readonly type?: string }[]): Promise<void> {
    const carried = await this.page.evaluateHandle((given) => {
      const transfer = new DataTransfer()
      for (const { name, text, type } of given) transfer.items.add(new File([text], name, { type: type ?? 'text/markdown' }))
      return transfer
    }, files)
    for (const type of ['dragenter', 'dragover', 'drop']) await this.page.dispatchEvent('body', type, { dataTransfer: carried })
  }
}

interface Fixtures {
  readonly room: ReadingRoom
  /** What anything in the browser asked of the demo's own origin, and of any other. */
  readonly requests: { readonly own: string[]; readonly foreign: string[] }
}

/** Every test: nothing is asked of another origin, and nothing complains in the console. */
export const test = base.extend<Fixtures>({
  requests: [
    async ({ context, baseURL }, use) => {
      const own: string[] = []
      const foreign: string[] = []
      context.on('request', (request) => {
        const { protocol, origin } = new URL(request.url())
        if (protocol === 'data:' || protocol === 'blob:') return
        if (origin === new URL(baseURL!).origin) own.push(request.url())
        else foreign.push(request.url())
      })
      await use({ own, foreign })
      expect(foreign, 'requests to other origins').toEqual([])
    },
    { auto: true },
  ],
  room: async ({ page }, use) => {
    const complaints: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${message.type()}: ${message.text()}`)
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await use(new ReadingRoom(page))
    expect(complaints, 'complaints in the console').toEqual([])
  },
})

export { expect }
