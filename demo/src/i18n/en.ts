import type { Notice } from 'voisin'

/** Every sentence of the page, in English. The French file has the same shape, or the compiler says so. */
export const en = {
  otherLanguage: 'Français',
  name: 'voisin',
  skip: 'Skip to the content',
  rooms: { library: 'Library', search: 'Search', ask: 'Ask' },
  theme: { light: 'Light', dark: 'Dark', label: 'Switch between light and dark' },

  hero: {
    title: 'Find it by what it means.',
    lead: 'voisin reads your documents in this browser tab, finds passages by words and by meaning, and answers questions with its sources.',
    promise: 'Nothing leaves this machine: no account, no server, no upload.',
    sample: 'Read the sample library',
    sampleNote: (count: string) => `${count} short documents, ready to search in a moment`,
    drop: 'Or drop your own files or folders anywhere on this page',
    kinds: 'PDF, Word, Excel, web pages, e-books, e-mail, Markdown, tables, code and plain text',
    choose: 'choose files',
    chooseFolder: 'choose a folder',
    figure: 'The ring is a question, the dots are documents: the closer in meaning, the closer they stand.',
    figureQuestion: 'Why does a loaf go hard?',
    figureDots: ['Bread and yeast', 'La baguette', 'Coffee', 'Le cidre', 'Lighthouses', 'Chess'],
  },

  library: {
    title: 'Library',
    count: (count: number, text: string) => `${text} ${count === 1 ? 'document' : 'documents'}`,
    add: 'Add files',
    addFolder: 'Add a folder',
    looking: 'Looking through the folder',
    noFiles: 'There are no files in that folder.',
    addSample: 'Add the sample library',
    dropHere: 'Drop files or folders to add them',
    passages: (count: number, text: string) => `${text} ${count === 1 ? 'passage' : 'passages'}`,
    remove: 'Remove',
    removeNamed: (title: string) => `Remove ${title}`,
    removeAll: 'Remove all',
    missing: 'Parts of it are missing; add it again.',
    open: (title: string) => `Open ${title}`,
    next: 'What now',
    nextSearch: 'Search them',
    nextAsk: 'Ask a question',
  },

  ingest: {
    title: 'Reading',
    stages: { read: 'read', cut: 'cut', embed: 'embed', store: 'store' },
    stagesTitle: {
      read: 'The file is read',
      cut: 'The text is cut into passages',
      embed: 'Each passage becomes a vector: its meaning in numbers',
      store: 'Passages and vectors are stored in this browser',
    },
    working: (done: string, total: string) => `${done} of ${total} documents`,
    left: (time: string) => `about ${time} left`,
    almost: 'almost done',
    estimating: 'starting',
    stop: 'Stop',
    stopping: 'Stopping',
    waiting: 'waiting',
    added: 'added',
    unchanged: 'already here',
    replaced: 'replaced',
    failed: 'not read',
    skipped: 'not reached',
    stopped: (done: string, total: string) =>
      `Stopped. ${done} of ${total} documents are stored and can be searched; none is half stored.`,
    resume: (count: number, text: string) => (count === 1 ? 'Read the remaining one' : `Read the remaining ${text}`),
    finished: (count: number, text: string) => `${text} ${count === 1 ? 'document was' : 'documents were'} read and stored here.`,
    back: (count: number, text: string) => `${text} ${count === 1 ? 'document is' : 'documents are'} back.`,
    allUnchanged: 'Nothing new: all of it was here already, so nothing was read twice.',
    partial: (failed: number, text: string) =>
      failed === 1 ? 'One file could not be read. The others are safe.' : `${text} files could not be read. The others are safe.`,
    dismiss: 'Dismiss',
    seconds: (text: string) => `${text} s`,
    minutes: (text: string) => `${text} min`,
  },

  /** What was done, and for a while can be decided otherwise. */
  offers: {
    label: 'What was just done',
    undo: 'Undo',
    removed: (title: string) => `${title} was removed.`,
    removedMany: (text: string) => `${text} documents were removed.`,
    lostIt: 'Its text could not be read, so it cannot be put back.',
    lost: (count: number, text: string) =>
      count === 1
        ? 'The text of one could not be read, so that one cannot be put back.'
        : `The texts of ${text} could not be read, so those cannot be put back.`,
    back: (title: string) => `${title} is back.`,
    replaced: (title: string) => `${title} was replaced by a newer version.`,
    replacedMany: (text: string) => `${text} documents were replaced by newer versions.`,
    keepBoth: 'Keep both',
    kept: (older: string) => `Both are kept: the older one is now ${older}.`,
    keptMany: (text: string) => `Both are kept: ${text} older versions now have a number in their name.`,
    asBefore: (title: string) => `${title} is as it was before.`,
    asBeforeMany: (text: string) => `${text} documents are as they were before.`,
  },

  search: {
    title: 'Search',
    label: 'Search your documents',
    placeholder: 'Search by words or by meaning',
    clear: 'Clear',
    invite: 'Type a word, a name, or half a question. Results come as you type.',
    tryThese: 'Try one of these',
    found: (count: number, text: string, ms: string) => `${text} ${count === 1 ? 'passage' : 'passages'} in ${ms}`,
    nothing: 'Nothing found.',
    nothingHint: 'The library may hold nothing near these words. Try others, or add documents.',
    empty: 'There is nothing to search yet.',
    emptyHint: 'Read the sample library or add files of your own; searching starts at once.',
    toLibrary: 'Go to the library',
    byWords: 'words',
    byMeaning: 'meaning',
    rank: (rank: number, text: string) => {
      const suffix = { one: 'st', two: 'nd', few: 'rd', other: 'th' } as Record<string, string>
      return `${text}${suffix[new Intl.PluralRules('en', { type: 'ordinal' }).select(rank)] ?? 'th'}`
    },
    unranked: 'not listed',
    meaningOnly: 'Found by meaning alone: none of your words stand here.',
    why: 'Why it was found',
    map: 'Your search is the ring. Each dot is a passage; its distance from the ring is its distance in meaning.',
    how: {
      title: 'How this was found',
      meaning: 'By meaning',
      words: 'By words',
      whole: 'In all',
      paths: {
        graph: (looked: string, of: string) => `a walk through the graph, past ${looked} of ${of} passages`,
        int8: (_: string, of: string) => `every one of ${of} passages was looked at`,
        bits: (looked: string, of: string) => `a rough look at all ${of} passages, a close one at ${looked}`,
        f32: (_: string, of: string) => `every one of ${of} passages was measured in full`,
      },
      listed: (count: number, text: string) =>
        `the best ${text} ${count === 1 ? 'passage that holds' : 'passages that hold'} one of your words`,
      embedded: (ms: string) => `your words became a vector in ${ms}; with the rest it took`,
    },
    keys: { move: 'through results', open: 'opens', leave: 'goes back', focus: 'searches' },
  },

  ask: {
    title: 'Ask',
    label: 'Your question',
    placeholder: 'Ask a question about your documents',
    send: 'Ask',
    stop: 'Stop',
    invite: 'The answer is made of sentences from your documents, word for word, each with its source.',
    tryThese: 'Try one of these',
    thinking: 'Looking through the library',
    sources: 'Sources',
    source: (number: string) => `Source ${number}`,
    openSource: (title: string) => `Open ${title} at this sentence`,
    place: {
      page: (number: string) => `page ${number}`,
      sheet: (name: string) => `sheet ${name}`,
      row: (number: string) => `row ${number}`,
    },
    notFound: 'This is not in your documents.',
    notFoundHint: 'voisin answers only from what it has read, so it does not guess.',
    nearest: 'See the passages that come nearest',
    empty: 'There is nothing to ask about yet.',
    stopped: 'Stopped. Ask again whenever you like.',
  },

  /** Shown while the document they are about is in the library. */
  suggestions: {
    search: [
      { text: 'loaf gone hard', about: 'bread-and-yeast.md' },
      { text: 'jabs against illness', about: 'vaccination.md' },
      { text: 'the pull of the moon', about: 'tides.md' },
      { text: 'fromage', about: 'le-comte.md' },
    ],
    ask: [
      { text: 'Who deciphered the waggle dance?', about: 'honey-bees.md' },
      { text: 'Why do bagels and toast harden?', about: 'bread-and-yeast.md' },
      { text: 'How far apart are low and high water in the Bay of Fundy?', about: 'tides.md' },
      { text: 'What is the plot of Macbeth?', about: 'printing.md' },
    ],
  },

  reader: {
    close: 'Close',
    back: 'Back',
    loading: 'Opening the document',
    gone: 'This document is no longer in the library.',
    region: 'Open document',
  },

  meter: {
    requests: (count: number): string => (count === 1 ? 'request to other sites' : 'requests to other sites'),
    stored: 'stored here',
    explain:
      'Counted by your browser since this page was opened. The page’s own policy allows no connection but to the place it came from. What is stored (your documents, and this page itself, so that it opens offline) stays in this browser until you remove it.',
    offline: 'Offline: everything here still works.',
    unknown: 'unknown',
    about: 'What do these figures mean',
  },

  code: {
    title: 'The code of this room',
    note: 'All that this room asks of voisin, as it runs here.',
  },

  state: {
    opening: 'Opening the library',
    happened: 'What happened',
    safe: 'What is safe',
    todo: 'What to do',
    retry: 'Try again',
    details: 'Details',
    safeStates: {
      intact: 'Everything stored before is intact.',
      rolledBack: 'The library went back to the last state that was surely stored.',
      partial: 'Some stored data cannot be read; the rest is intact.',
      lost: 'The stored data is lost.',
      unknown: 'What was acknowledged before is stored; the last action may not be.',
    },
    errors: {
      'storage-full': [
        'The disk space this browser grants is used up.',
        'Remove documents here or free space on the disk, then try again.',
      ],
      'storage-failed': [
        'The browser refused to store data.',
        'A private window may be the reason: open this page in a normal one. Otherwise reload the page.',
      ],
      'corrupt-data': [
        'Part of the stored library cannot be read.',
        'Reload the page; documents that are missing can be added again.',
      ],
      'model-load-failed': ['The built-in model could not be loaded.', 'Reload the page. If you are offline, go online once.'],
      'worker-failed': ['A background worker stopped unexpectedly.', 'Try again; it is restarted by itself.'],
      'deadline-exceeded': ['The answer took too long.', 'Try again.'],
      'empty-text': ['The file holds no text.', 'Check that it is the right file.'],
      'limit-exceeded': ['The file is larger than voisin accepts.', 'Split it into smaller files.'],
      unsupported: ['voisin cannot read this kind of file.', 'Add its text as Markdown or plain text.'],
      closed: ['The library was closed, perhaps by a newer version of this page in another tab.', 'Reload the page.'],
    } as Record<string, readonly [string, string]>,
    otherError: [
      'Something failed that this page did not expect.',
      'Try again; if it happens twice, reload the page.',
    ] as readonly [string, string],
    notices: {
      'data-loss': 'Stored documents were found damaged. What could be read is here; add the others again.',
      evicted: 'This browser has cleared what was stored here, to make room. Add the documents again.',
      quota: 'The disk space this browser grants is nearly used up. Remove documents you no longer need.',
      'rolled-back': 'The last changes before this page was closed were lost; everything before them is intact.',
      'closed-by-newer-tab': 'A newer version of this page is open in another tab. Reload this one.',
    } as { readonly [kind in Notice['kind']]: string },
    dismiss: 'Dismiss',
    noSimd: {
      happened: 'This browser lacks WebAssembly SIMD, which voisin computes with.',
      safe: 'Nothing was changed.',
      todo: 'Open this page in a current Chrome, Edge, Firefox or Safari (16.4 or later).',
    },
  },
}

export type Messages = typeof en
