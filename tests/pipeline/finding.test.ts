import { createEmbedder } from '@voisin/embed'
import { miniModel } from '@voisin/mini'
import type { Passage } from '@voisin/spec'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deleteLibrary, type Library, openLibrary } from 'voisin'

// What people have typed, and what they meant by it: the first of each block as it came, then others of its kind.

interface Notes {
  readonly [id: string]: string
}

const embedder = createEmbedder({ model: miniModel })
const opened: { readonly library: Library; readonly database: string }[] = []

async function libraryOf(notes: Notes): Promise<Library> {
  const database = `finding-${crypto.randomUUID()}`
  const library = await openLibrary('notes', { database, embedder: await embedder })
  opened.push({ library, database })
  await library.add(Object.entries(notes).map(([id, text]) => ({ id, text })))
  return library
}

afterAll(async () => {
  for (const { library, database } of opened) {
    await library.close()
    await deleteLibrary('notes', { database })
    indexedDB.deleteDatabase(database)
  }
  await (await embedder).close()
})

const marked = ({ chunk, matches }: Passage) => matches.map(({ start, end }) => chunk.text.slice(start, end))

const CODE: Notes = {
  user: 'The helper getUserById reads one row from the accounts table.',
  order: 'The helper delete_order_line removes a row from the basket table.',
  http: 'parseHTTPHeader splits a line at its colon.',
  flag: 'Pass --dry-run to see what would happen.',
  error: 'The call fails with ERR_STALE_HANDLE when the file was moved.',
  cpp: 'The engine is written in C++20 and compiled twice.',
  csharp: 'The plug-in is written in C# and compiled once.',
  wifi: 'Turn Wi-Fi off before you board.',
  addon: 'Install the add-on from the shop.',
  email: 'Write an e-mail to the office.',
  part: 'Order the seal AB-1234-X in time.',
  standard: 'RFC2616bis says how long an answer may be kept.',
  card: 'The driver knows cards from NV20 to NV28, and G200 too.',
  nearCard: 'Set nv to 20 of the 20 lights; nv is on, nv is off.',
  protocol: 'The module speaks IPv4 only.',
  nearProtocol: 'The module speaks IPv6, and IPv6 only: IPv6.',
  party: 'Tonight we celebrate 🎉 with all.',
  price: 'The fee is 1,250 francs a year.',
  phone: 'Call 555 123 4567 at any hour.',
  office: 'The office answers under +33 1 42 68 53 00 on weekdays.',
  credit: 'The test card is 4111 1111 1111 1111.',
  invoice: 'The invoice is over 1,249.50 EUR.',
  field: 'buttonList holds what the dialogue offers.',
  nearField:
    '# Buttons\n\nA list of buttons. Each button is in one list; a button list has a list button.\n\n# Lists\n\nA list has a button for the list.',
  prose: 'By the way, the user of this room has an id card, and an order is an order.',
}

const VERSIONS: Notes = Object.fromEntries(
  ['7.23', '23.7', '3.14', '14.3', '1.10', '10.1'].map((version) => [
    version,
    `# Version ${version}\nWhat is new: it is faster, and ${version.length} faults are mended.`,
  ]),
)

const CHINESE: Notes = {
  year: '祝你们新年快乐，身体健康。',
  student: '他是一名研究生，住在北京。',
  train: '我买了两张火车票去上海。',
  library: '圖書館星期天不開門。',
  weather: '今天天气很好，我们去公园散步。',
  cat: '黑猫坐在窗台上看鸟。',
}

const SCRIPTS: Notes = {
  ahmad: 'وصل أحمد إلى المدينة صباحا.',
  book: 'هذا كِتَابٌ قديم عن البحر.',
  league: 'فاز الفريق بلقب الدوري أمس.',
  shalom: 'שָׁלוֹם לכולם, ברוכים הבאים.',
  dog: 'Der Hund schläft auf dem Sofa.',
  judge: 'Frau Schlüter leitet das Gericht.',
  istanbul: 'Geçen yaz İSTANBUL’da yaşadım.',
  today: 'Il pleut aujourd’hui sur la ville.',
  dont: 'I don’t drink coffee in the evening.',
  obrien: 'Mr O’Brien repairs bicycles.',
  thai: 'ประเทศไทยมีอาหารอร่อยมาก',
  japanese: '毎朝リンゴを一つ食べます。',
  korean: '나는 학교에서 친구를 만났다.',
  hindi: 'उसने क़लम से पत्र लिखा।',
  shabbat: 'בשבת אנחנו נוסעים לסבתא.',
  doctor: 'הרופא כתב לי מרשם.',
  students: 'هذه القاعة وللطلاب مكتبة.',
  official: 'قال المسؤول إن الخبر صحيح.',
  baked: 'اشتريت خبزًا من السوق.',
  urdu: 'وہ لاہور میں رہتا ہے۔',
  founded: 'تأسست الشركة سنة ١٩٧٣ في القاهرة.',
  freedom: 'भारत १९४७ में स्वतंत्र हुआ।',
  koreanBook: '나는 어제 책을 읽었다.',
  hanoi: 'Thủ đô là Hà Nội.',
  persian: 'من می‌خواهم به خانه بروم.',
}

const TYPED: Notes = {
  letter: 'A letter of acknowledgement was sent to the tenant.',
  nora: '# Staff\nNora Finch looks after the archive.',
  ledger: 'The ledger of the knowledge base was closed.',
  window: 'The painter painted the window frames.',
  winter: 'Это принадлежит моему соседу.',
  files: 'The file system was full again.',
  filesApart: 'Every system keeps a file of its own.',
  boiler: 'The boiler is checked in autumn.',
  sso: 'Single sign on lets one login open every tool.',
  sheet: 'Sign each single page of the sheet. A single sign is enough.',
}

describe.each<[string, Notes, readonly (readonly [string, string])[]]>([
  [
    'identifiers',
    CODE,
    [
      ['user by id', 'user'],
      ['get_user_by_id', 'user'],
      ['GetUserById', 'user'],
      ['deleteOrderLine', 'order'],
      ['delete order line', 'order'],
      ['parse http header', 'http'],
      ['dry-run', 'flag'],
      ['dryrun', 'flag'],
      ['rfc 2616', 'standard'],
      ['RFC-2616bis', 'standard'],
      ['What is known of NV20?', 'card'],
      ['nv-20', 'card'],
      ['g 200', 'card'],
      ['IPv4', 'protocol'],
      ['err stale handle', 'error'],
      ['err-stale-handle', 'error'],
      ['++', 'cpp'],
      ['C#', 'csharp'],
      ['csharp', 'csharp'],
      ['wifi', 'wifi'],
      ['addon', 'addon'],
      ['email', 'email'],
      ['AB1234X', 'part'],
      ['🎉', 'party'],
      ['1250', 'price'],
      ['555-123-4567', 'phone'],
      ['(555) 123-4567', 'phone'],
      ['0142685300', 'office'],
      ['01.42.68.53.00', 'office'],
      ['+33142685300', 'office'],
      ['4111111111111111', 'credit'],
      ['1249.50', 'invoice'],
      ['1.249,50 EUR', 'invoice'],
      ['C++20', 'cpp'],
      ['c++', 'cpp'],
      ['buttonList', 'field'],
      ['button_list', 'field'],
    ],
  ],
  [
    'versions',
    VERSIONS,
    [
      ['What changed in version 14.3?', '14.3'],
      ['What changed in version 3.14?', '3.14'],
      ['v1.10', '1.10'],
      ['10.1', '10.1'],
      ['is 23.7 faster', '23.7'],
    ],
  ],
  [
    'Chinese',
    CHINESE,
    [
      ['快乐', 'year'],
      ['研究', 'student'],
      ['火车', 'train'],
      ['图书馆', 'library'],
      ['散步', 'weather'],
      ['猫', 'cat'],
    ],
  ],
  [
    'other scripts and spellings',
    SCRIPTS,
    [
      ['احمد', 'ahmad'],
      ['كتاب', 'book'],
      ['الدورى', 'league'],
      ['שלום', 'shalom'],
      ['Schlueter', 'judge'],
      ['istanbul', 'istanbul'],
      ['שבת', 'shabbat'],
      ['רופא', 'doctor'],
      ['طلاب', 'students'],
      ['مسئول', 'official'],
      ['خبز', 'baked'],
      ['لاھور', 'urdu'],
      ['1973', 'founded'],
      ['१९४७', 'freedom'],
      ['1947', 'freedom'],
      ['책', 'koreanBook'],
      ['Hanoi', 'hanoi'],
      ['aujourdhui', 'today'],
      ['dont', 'dont'],
      ['obrien', 'obrien'],
      ['อาหาร', 'thai'],
      ['りんご', 'japanese'],
      ['학교', 'korean'],
      ['कलम', 'hindi'],
      ['میخواهم', 'persian'],
    ],
  ],
  [
    'typing errors and words that belong together',
    TYPED,
    [
      ['acknowlegement', 'letter'],
      ['Who is Nora Fnich?', 'nora'],
      ['knowlege', 'ledger'],
      ['paniter', 'window'],
      ['пренадлежит', 'winter'],
      ['single sign on', 'sso'],
      ['“single sign on”', 'sso'],
      ['filesystem', 'files'],
      ['"a single sign"', 'sheet'],
    ],
  ],
])('%s', (_, notes, cases) => {
  let library: Library
  beforeAll(async () => {
    library = await libraryOf(notes)
  })

  test.each(cases)('%s', async (question, id) => {
    for (const using of ['words', 'both'] as const) {
      const [hit] = await library.search(question, { using })
      expect([using, hit?.document.id]).toEqual([using, id])
      expect([hit!.why === 'meaning', marked(hit!).length + hit!.chunk.headings.length > 0]).toEqual([false, true])
    }
  })
})

test('a version is answered for itself, and for no other', async () => {
  const library = await libraryOf(VERSIONS)
  for (const version of ['14.3', '3.14', '1.10']) {
    const { citations } = await library.ask(`What is new in version ${version}?`)
    expect(citations.map(({ documentId }) => documentId)).toEqual([version])
  }
  for (const version of ['9.9', '4.31', '1.1'])
    expect((await library.ask(`What is new in version ${version}?`)).kind).toBe('not-in-documents')
})

test('what nobody has written is not found by words, and is no error', async () => {
  const library = await libraryOf(CODE)
  for (const question of ['∞', '😀', '=>', 'qqqqq']) expect(await library.search(question, { using: 'words' })).toEqual([])
  for (const question of ['∞', '😀', '=>']) expect(await library.search(question)).toBeInstanceOf(Array)
})

test('a hit says by what it was found', async () => {
  const library = await libraryOf(TYPED)
  const why = async (question: string) => (await library.search(question))[0]!.why
  expect(await why('acknowledgement')).toBe('exact')
  expect(await why('acknowledgements')).toBe('stem')
  expect(await why('acknowlegement')).toBe('spelling')
  const [hit] = await library.search('acknowlegement sent')
  expect(hit!.matches.map(({ start, end, by }) => [hit!.chunk.text.slice(start, end), by])).toEqual([
    ['acknowledgement', 'spelling'],
    ['sent', 'exact'],
  ])
  const [typed] = await library.search('acknowledgem', { using: 'words', asYouType: true })
  expect(typed!.document.id).toBe('letter')
  const [begun] = await library.search('boi', { using: 'words', asYouType: true })
  expect([begun!.document.id, marked(begun!), begun!.why]).toEqual(['boiler', ['boiler'], 'stem'])
})
