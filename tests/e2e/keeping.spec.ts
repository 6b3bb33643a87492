import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test as base, expect } from './reading-room.ts'

const KITES = '# Kites\n\nThe kite makers of Weifang paint silk dragons in nine colours.\n'
const TIN = '# Tin\n\nTin was mined in Cornwall and sold by the stamped block.\n'
const OLD_NOTES = '# Notes\n\nThe harbour pilot counted eleven herons on the breakwater.\n'
const NEW_NOTES = '# Notes\n\nThe orchard keeper grafted quince onto hawthorn in March.\n'

/** Folders on the disk: a path in them, and what stands in the file. */
type Disk = (files: { readonly [path: string]: string }) => Promise<string>

const test = base.extend<{ readonly disk: Disk }>({
  // biome-ignore lint/correctness/noEmptyPattern: a fixture names what it needs this way, and this one needs nothing.
  disk: async ({}, use) => {
    const root = await mkdtemp(join(tmpdir(), 'voisin-demo-'))
    await use(async (files) => {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(root, path)), { recursive: true })
        await writeFile(join(root, path), text)
      }
      return root
    })
    await rm(root, { recursive: true })
  },
})

const TWO_FOLDERS = {
  'notes/index.md': OLD_NOTES,
  'letters/index.md': KITES,
  'letters/old/tin.md': TIN,
  'letters/.cache/index.md': NEW_NOTES,
}

test.beforeEach(async ({ room, page }) => {
  await room.holdOffers()
  await room.open()
  await expect(page.getByRole('button', { name: 'Read the sample library' })).toBeEnabled()
})

test('a document that is removed by the keyboard is put back by it, and is found again', async ({ room, page }) => {
  await room.drop([
    { name: 'kites.md', text: KITES },
    { name: 'tin.md', text: TIN },
  ])
  await expect(room.documents).toHaveCount(2)
  await page.getByRole('button', { name: 'Remove kites.md' }).press('Enter')
  await expect(room.documents).toHaveCount(1)
  const undo = room.offer.getByRole('button', { name: 'Undo' })
  await expect(page.getByRole('complementary').getByRole('status')).toHaveText('kites.md was removed.')
  await expect(undo).toBeFocused()
  await undo.press('Enter')
  await expect(room.offer).toContainText('kites.md is back.')
  await expect(room.documents).toHaveCount(2)
  // The focus is on something that is still there.
  await expect(page.locator('[data-key="tin.md"] a')).toBeFocused()
  await room.documentNamed('kites.md').getByRole('link').click()
  await expect(room.reader).toContainText('silk dragons in nine colours')
  await room.enter('Search')
  await room.search('silk dragons')
  await expect(room.hits.first()).toHaveAttribute('data-document', 'kites.md')
})

test('only the last removal can be undone, by Ctrl+Z too; when the offer has passed, none', async ({ room, page }) => {
  await room.drop(['a', 'b', 'c'].map((name) => ({ name: `${name}.md`, text: `# ${name}\n\n${KITES}` })))
  await expect(room.documents).toHaveCount(3)
  await page.getByRole('button', { name: 'Remove a.md' }).click()
  await expect(room.offer).toContainText('a.md was removed.')
  await page.getByRole('button', { name: 'Remove b.md' }).click()
  await expect(room.offer).toContainText('b.md was removed.')
  await expect(room.documents).toHaveCount(1)
  await page.keyboard.press('Control+z')
  await expect(room.offer).toContainText('b.md is back.')
  await expect(room.documents).toHaveText([/^c\.md/, /^b\.md/])
  await page.getByRole('button', { name: 'Remove c.md' }).click()
  await expect(room.offer).toContainText('c.md was removed.')
  await room.letOfferPass()
  await expect(room.offer).toHaveCount(0)
  await expect(room.documents).toHaveText([/^b\.md/])
})

test('an offer stands while someone is at it', async ({ room, page }) => {
  await room.drop([{ name: 'kites.md', text: KITES }])
  await expect(room.documents).toHaveCount(1)
  await page.getByRole('button', { name: 'Remove kites.md' }).press('Enter')
  const state = () => room.offer.locator('.offer-time').evaluate((line) => getComputedStyle(line).animationPlayState)
  await expect.poll(state).toBe('paused')
  await page.locator('#room').focus()
  await expect.poll(state).toBe('running')
  await room.offer.hover()
  await expect.poll(state).toBe('paused')
  await room.offer.getByRole('button', { name: 'Undo' }).focus()
  await page.keyboard.press('Escape')
  await expect(room.offer).toHaveCount(0)
})

test('all documents are removed without a question, and all of them come back', async ({ room, page }) => {
  const files = Array.from({ length: 40 }, (_, index) => ({
    name: `note-${index}.md`,
    text: `# Note ${index}\n\nThe ${index}th note speaks of ${index * 7} boats.\n`,
  }))
  await room.drop([...files, { name: 'kites.md', text: KITES }])
  await expect(room.documents).toHaveCount(41)
  await page.getByRole('button', { name: 'Remove all' }).click()
  await expect(room.offer).toContainText('41 documents were removed.')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Find it by what it means.')
  await room.offer.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText('41 documents are back.')).toBeVisible()
  await expect(room.documents).toHaveCount(41)
  await room.enter('Search')
  await room.search('silk dragons')
  await expect(room.hits.first()).toHaveAttribute('data-document', 'kites.md')
})

test('two files of one name in two dropped folders are two documents', async ({ room, page, disk }) => {
  const root = await disk(TWO_FOLDERS)
  await room.dropFromDisk([join(root, 'notes'), join(root, 'letters')])
  await expect(room.documents).toHaveCount(3)
  // What begins with a dot was not meant.
  const ids = await room.documents.evaluateAll((items) => items.map((item) => (item as HTMLElement).dataset.key))
  expect(ids.sort()).toEqual(['letters/index.md', 'letters/old/tin.md', 'notes/index.md'])
  await expect(room.documents.filter({ hasText: 'index.md' }).locator('.folder')).toHaveText([/notes|letters/, /notes|letters/])
  await expect(page.getByRole('button', { name: 'Remove letters/index.md' })).toBeVisible()
  await room.enter('Search')
  await room.search('silk dragons')
  await expect(room.hits.first()).toHaveAttribute('data-document', 'letters/index.md')
  await room.search('herons on the breakwater')
  await expect(room.hits.first()).toHaveAttribute('data-document', 'notes/index.md')
})

test('a chosen folder is the same, and a newer version in it needs no question', async ({ room, page, disk }) => {
  const root = await disk(TWO_FOLDERS)
  const choose = async (folder: string) => {
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: /folder/ }).click()
    await (await chooser).setFiles(join(root, folder))
  }
  await choose('letters')
  await expect(room.documents).toHaveCount(2)
  await choose('notes')
  await expect(room.documents).toHaveCount(3)
  await expect(room.documents.filter({ hasText: 'index.md' })).toHaveCount(2)
  await disk({ 'notes/index.md': NEW_NOTES })
  await choose('notes')
  await expect(page.getByText('1 document was read and stored here.')).toBeVisible()
  await room.documents.filter({ hasText: 'notes' }).getByRole('link').click()
  await expect(room.reader).toContainText('grafted quince')
  await expect(room.documents).toHaveCount(3)
  await expect(room.offer).toHaveCount(0)
})

test('a folder without files says so', async ({ room, disk }) => {
  const root = await disk({ 'empty/.hidden.md': KITES })
  await room.dropFromDisk([join(root, 'empty')])
  await expect(room.offer).toContainText('There are no files in that folder.')
})

test('a file that replaces another of its name can stand beside it: both are found', async ({ room, page }) => {
  await room.drop([{ name: 'notes.md', text: OLD_NOTES }])
  await expect(room.documents).toHaveCount(1)
  await room.drop([{ name: 'notes.md', text: NEW_NOTES }])
  await expect(room.offer).toContainText('notes.md was replaced by a newer version.')
  await expect(room.documents).toHaveText([/^notes\.md/])
  await room.offer.getByRole('button', { name: 'Keep both' }).click()
  await expect(room.offer).toContainText('Both are kept: the older one is now notes (2).md.')
  await expect(room.documents).toHaveCount(2)
  await room.enter('Search')
  await room.search('herons on the breakwater')
  await expect(room.hits.first()).toHaveAttribute('data-document', 'notes (2).md')
  await room.search('grafted quince')
  await expect(room.hits.first()).toHaveAttribute('data-document', 'notes.md')
  await room.enter('Library')
  await room.drop([{ name: 'notes.md', text: NEW_NOTES }])
  await expect(page.getByText('Nothing new')).toBeVisible()
  await expect(room.documents).toHaveCount(2)
})

test('a replacement is undone to the version before all of those on offer', async ({ room, page }) => {
  await room.drop([{ name: 'notes.md', text: OLD_NOTES }])
  await expect(room.documents).toHaveCount(1)
  await room.drop([{ name: 'notes.md', text: NEW_NOTES }])
  await expect(room.offer).toContainText('notes.md was replaced by a newer version.')
  await room.drop([{ name: 'notes.md', text: TIN }])
  await expect(room.offer).toContainText('2 documents were replaced by newer versions.')
  await room.offer.getByRole('button', { name: 'Undo' }).click()
  await expect(room.offer).toContainText('notes.md is as it was before.')
  await page.reload()
  await expect(room.documents).toHaveText([/^notes\.md/])
  await room.documents.getByRole('link').click()
  await expect(room.reader).toContainText('eleven herons')
})

test('a replacement that nobody objects to leaves one document', async ({ room, page }) => {
  await room.drop([{ name: 'notes.md', text: OLD_NOTES }])
  await expect(room.documents).toHaveCount(1)
  await room.drop([{ name: 'notes.md', text: NEW_NOTES }])
  await expect(room.offer).toContainText('notes.md was replaced by a newer version.')
  await room.letOfferPass()
  await expect(room.offer).toHaveCount(0)
  await room.enter('Search')
  await expect(async () => {
    await room.search('herons on the breakwater')
    expect(await page.locator('.hits [data-document="notes (2).md"]').count()).toBe(0)
  }).toPass()
  await room.search('grafted quince')
  await expect(room.hits.first()).toHaveAttribute('data-document', 'notes.md')
})

test('a tab that ends before anyone has decided has lost neither version', async ({ room, page }) => {
  await room.drop([{ name: 'notes.md', text: OLD_NOTES }])
  await expect(room.documents).toHaveCount(1)
  await room.drop([{ name: 'notes.md', text: NEW_NOTES }])
  await expect(room.offer).toContainText('notes.md was replaced by a newer version.')
  await page.reload()
  await expect(room.documents).toHaveText([/^notes\.md/, /^notes \(2\)\.md/])
})
