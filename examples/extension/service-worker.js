import 'voisin/eager' // A service worker may load nothing later.
import { openLibrary } from 'voisin'

const opening = openLibrary('notes')

chrome.runtime.onInstalled.addListener(async () => {
  chrome.contextMenus.create({ id: 'add', title: 'Add to notes', contexts: ['selection'] })
  chrome.sidePanel.setPanelBehavior({ openPanelOnActionClick: true })
  await (await opening).add(['Dough rises because yeast makes gas.', 'The spare key hangs behind the clock.'])
})
chrome.contextMenus.onClicked.addListener(async ({ selectionText }) => {
  const library = await opening
  await library.add(selectionText)
  chrome.action.setBadgeText({ text: `${(await library.documents()).length}` })
})
chrome.omnibox.onInputChanged.addListener(async (question) => {
  const { text } = await (await opening).ask(question)
  chrome.omnibox.setDefaultSuggestion({ description: text.replace(/[<>&]/g, ' ') }) // It is XML.
})
