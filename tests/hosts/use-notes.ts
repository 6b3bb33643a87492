import type { Page } from 'playwright'
import { expect } from 'vitest'
import { watch } from './visit.ts'

const PATIENCE = { timeout: 60_000 }

/** Types a question as a person does, and waits for the nearest note, with the question's words marked. */
export async function findNote(page: Page, question: string, note: string, marks: readonly string[]): Promise<void> {
  await page.getByRole('searchbox').fill('')
  await page.getByRole('searchbox').pressSequentially(question)
  const nearest = page.getByRole('listitem').first()
  await expect.poll(() => nearest.textContent(), PATIENCE).toMatch(new RegExp(`^(?:\\[1\\] )?${note}$`))
  await expect.poll(() => nearest.locator('mark').allTextContents(), PATIENCE).toEqual(marks)
}

/** Waits until the page says it. */
async function hear(page: Page, text: RegExp | string): Promise<void> {
  await page.getByRole('status').filter({ hasText: text }).waitFor(PATIENCE)
}

async function addNote(page: Page, note: string): Promise<void> {
  await page.getByLabel('New note').fill(note)
  await page.getByRole('button', { name: 'Add' }).click()
  await hear(page, 'Added.')
}

/** What a person does with the notes of an example: searches, adds one, finds it, and finds it again after a reload. */
export async function useNotes(page: Page, url: string): Promise<void> {
  const { foreign, failures } = watch(page, url)
  await page.goto(url)
  await hear(page, /kept in this browser/i)
  await addNote(page, 'The red umbrella is at the office.')
  await findNote(page, 'where is my umbrella', 'The red umbrella is at the office.', ['umbrella'])
  await page.reload()
  await hear(page, /kept in this browser/i)
  await findNote(page, 'umbrella', 'The red umbrella is at the office.', ['umbrella'])
  expect({ foreign, failures }).toEqual({ foreign: [], failures: [] })
}

/** A sample note answers, and says where it stands. */
export async function askNotes(page: Page): Promise<void> {
  await findNote(page, 'Why does dough rise?', 'Dough rises because yeast makes gas.', ['Dough', 'rises'])
  await hear(page, 'Dough rises because yeast makes gas. [1]')
  expect(await page.getByRole('listitem').first().textContent()).toMatch(/^\[1\] /)
}
