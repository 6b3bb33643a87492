import type { Page } from '@playwright/test'
import { lowContrast } from './contrast.ts'
import { expect, ReadingRoom, SAMPLE_COUNT, test } from './reading-room.ts'

/** Every room, empty and full, with `look` at each. */
async function throughTheRooms(room: ReadingRoom, page: Page, look: (where: string) => Promise<void>): Promise<void> {
  await room.holdOffers()
  await room.open()
  await expect(page.getByRole('button', { name: 'Read the sample library' })).toBeEnabled()
  await look('the empty library')
  await room.enter('Search')
  await look('the empty search')
  await room.enter('Library')
  await page.getByRole('button', { name: 'Read the sample library' }).click()
  await expect(page.locator('.reading').first()).toBeVisible()
  await look('the work in progress')
  await expect(page.locator('.documents li')).toHaveCount(SAMPLE_COUNT, { timeout: 120_000 })
  await look('the full library')
  await page.getByRole('button', { name: 'Remove Chess' }).click()
  await expect(room.offer).toBeVisible()
  await look('the offer to undo')
  await room.drop([{ name: 'tea.md', text: '# Tea\n\nAnother text about tea.\n' }])
  await expect(room.offer).toHaveCount(2)
  await look('the offer to keep both')
  await room.offer.filter({ hasText: 'tea.md was replaced' }).getByRole('button', { name: 'Undo' }).click()
  await room.offer.filter({ hasText: 'Chess was removed' }).getByRole('button', { name: 'Undo' }).click()
  await expect(room.offer).toContainText('Chess is back.')
  await expect(room.documentNamed('Chess')).toBeVisible()
  await look('what was undone')
  await room.enter('Search')
  await look('the search before a word')
  await room.search('why bread goes stale')
  await look('the results')
  await room.hits.first().click()
  await expect(room.reader.locator('mark').first()).toBeVisible()
  await look('an open document')
  await page.getByRole('button', { name: 'Close' }).click()
  await room.enter('Ask')
  await look('the room to ask in')
  await room.ask('Who deciphered the waggle dance?')
  await look('an answer')
  await room.ask('What is the plot of Macbeth?')
  await look('no answer')
}

test('the keyboard alone leads from the first key to an open document and back', async ({ room, page }) => {
  await room.readSamples()
  await page.keyboard.press('/')
  await expect(room.field).toBeFocused()
  await page.keyboard.type('why bread goes stale')
  await expect(page.locator('.hits')).toHaveAttribute('data-query', 'why bread goes stale')
  await page.keyboard.press('ArrowDown')
  await expect(room.hits.nth(0)).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(room.hits.nth(1)).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await expect(room.reader).toBeFocused()
  await expect(room.reader.locator('mark').first()).toBeInViewport()
  await page.keyboard.press('Escape')
  await expect(room.reader).toHaveCount(0)
  await expect(room.hits.nth(0)).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(room.field).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(room.field).toHaveValue('')
})

test('the URL holds the place: back and forward walk it, and a link leads to an open document', async ({
  room,
  page,
  context,
}) => {
  await room.readSamples()
  await room.enter('Search')
  await room.search('why bread goes stale')
  await room.hits.first().click()
  await expect(room.reader).toBeVisible()
  const link = page.url()
  await page.goBack()
  await expect(room.reader).toHaveCount(0)
  await expect(room.field).toHaveValue('why bread goes stale')
  await page.goBack()
  await expect(page.getByRole('heading', { name: 'Library' })).toBeVisible()
  await page.goForward()
  await expect(room.field).toHaveValue('why bread goes stale')
  const other = await context.newPage()
  await other.goto(link)
  await expect(other.getByRole('article').locator('mark').first()).toBeVisible()
})

test('pointing at a citation lights its sentence', async ({ room }) => {
  await room.readSamples()
  await room.enter('Ask')
  await room.ask('Who deciphered the waggle dance?')
  await room.reply.locator('.answer .citation').first().hover()
  await expect(room.reply.locator('.source').first()).toHaveClass(/\blit\b/)
  await expect(room.reply.locator('.said').first()).toHaveClass(/\blit\b/)
})

test('at 390 px nothing is wider than the screen, in any room', async ({ room, page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await throughTheRooms(room, page, async (where) => {
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect(excess, `${where} is too wide by`).toBeLessThanOrEqual(0)
  })
})

for (const colorScheme of ['light', 'dark'] as const)
  test(`every text has a contrast of at least 4.5 to 1, ${colorScheme}`, async ({ room, page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await throughTheRooms(room, page, async (where) => {
      expect(await page.evaluate(lowContrast, 4.5), where).toEqual([])
    })
  })

test('dark follows the system, and a choice stays over a reload', async ({ room, page }) => {
  const paper = () =>
    page.evaluate(() => {
      const canvas = document.createElement('canvas').getContext('2d')!
      canvas.fillStyle = getComputedStyle(document.documentElement).backgroundColor
      canvas.fillRect(0, 0, 1, 1)
      return canvas.getImageData(0, 0, 1, 1).data[0]!
    })
  await page.emulateMedia({ colorScheme: 'dark' })
  await room.open()
  await expect.poll(paper).toBeLessThan(60)
  await page.getByRole('button', { name: 'Light' }).click()
  await expect.poll(paper).toBeGreaterThan(230)
  await page.reload()
  await expect(page.getByRole('button', { name: 'Dark' })).toBeVisible()
  expect(await paper()).toBeGreaterThan(230)
})

test.describe('in French', () => {
  test.use({ locale: 'fr-FR' })

  test('the page speaks the language of the browser, and a choice stays over a reload', async ({ room, page }) => {
    await room.open()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Trouvez-le par ce qu’il veut dire.')
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('fr')
    await page.getByRole('button', { name: 'English' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Find it by what it means.')
    await page.reload()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Find it by what it means.')
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en')
  })
})

test('each room shows its own code', async ({ room, page }) => {
  await room.open('#/search')
  await page.getByText('The code of this room').click()
  await expect(page.locator('.code-of-room pre')).toContainText('library.search(text')
})

test('without WebAssembly SIMD the page says what it needs', async ({ room, page }) => {
  await page.addInitScript(() => {
    WebAssembly.validate = () => false
  })
  await room.open()
  await expect(page.getByRole('alert')).toContainText('lacks WebAssembly SIMD')
})

test.describe('without the model', () => {
  // A service worker would answer in place of the network that fails here.
  test.use({ serviceWorkers: 'block' })

  test('the page says what happened, what is safe and what to do; trying again is enough', async ({ page }) => {
    await page.route('**/*.bin', (route) => route.abort())
    await page.goto('./')
    await expect(page.getByRole('alert')).toContainText('The built-in model could not be loaded.')
    await expect(page.getByRole('alert')).toContainText('Everything stored before is intact.')
    await page.unroute('**/*.bin')
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect(page.getByRole('alert')).toHaveCount(0)
    await new ReadingRoom(page).drop([{ name: 'kites.md', text: '# Kites\n\nSilk dragons.\n' }])
    await expect(page.locator('.documents li')).toHaveCount(1)
  })
})
