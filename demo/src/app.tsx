import { effect, signal } from '@preact/signals'
import { language, switchLanguage, words } from './i18n/index.ts'
import { library, openingFailure, openThisLibrary } from './library.ts'
import { DropTarget } from './parts/drop-target.tsx'
import { Failure, FailureText } from './parts/failure.tsx'
import { Meter } from './parts/meter.tsx'
import { Logo } from './parts/motif.tsx'
import { Notices } from './parts/notices.tsx'
import { Offers } from './parts/offers.tsx'
import { Reader } from './parts/reader.tsx'
import { AskRoom } from './rooms/ask/ask-room.tsx'
import { LibraryRoom } from './rooms/library/library-room.tsx'
import { SearchRoom } from './rooms/search/search-room.tsx'
import { formatPlace, place, placeIn, type Room } from './route.ts'
import { switchTheme, theme } from './theme.ts'
import './app.css'

const ROOMS: { readonly [R in Room]: () => preact.JSX.Element } = { library: LibraryRoom, search: SearchRoom, ask: AskRoom }

const narrow = matchMedia('(width < 68rem)')
const isNarrow = signal(narrow.matches)
narrow.addEventListener('change', () => {
  isNarrow.value = narrow.matches
})

effect(() => {
  const { name, rooms } = words.value
  document.title = `${rooms[place.value.room]} · ${name}`
})

/** The frame: a narrow rail, one room at a time, a document beside it when one is open. */
export function App({ canCompute }: { readonly canCompute: boolean }) {
  const { skip } = words.value
  // A document that covers the page covers it for the keyboard too.
  const isCovered = isNarrow.value && place.value.open !== undefined
  return (
    <div class="frame" data-open={place.value.open !== undefined}>
      <a class="skip" href="#room">
        {skip}
      </a>
      <Rail isCovered={isCovered} />
      <Offers />
      <main id="room" class="room" tabIndex={-1} inert={isCovered}>
        <div class="room-body">
          <Notices />
          {canCompute ? <Content /> : <NoSimd />}
        </div>
      </main>
      {canCompute && library.value && <Reader />}
      {canCompute && <DropTarget />}
    </div>
  )
}

function Content() {
  const Room = ROOMS[place.value.room]
  if (openingFailure.value !== undefined) return <Failure error={openingFailure.value} retry={() => void openThisLibrary()} />
  return <Room key={place.value.room} />
}

function NoSimd() {
  const { noSimd } = words.value.state
  return <FailureText happened={noSimd.happened} safe={noSimd.safe} todo={noSimd.todo} />
}

function Rail({ isCovered }: { readonly isCovered: boolean }) {
  const { name, rooms, otherLanguage, theme: themes } = words.value
  return (
    <header class="rail" inert={isCovered}>
      <a class="brand" href={formatPlace(placeIn('library'))}>
        <Logo />
        <span>{name}</span>
      </a>
      <nav class="rooms">
        {(Object.keys(ROOMS) as Room[]).map((room) => (
          <a key={room} href={formatPlace(placeIn(room))} aria-current={place.value.room === room ? 'page' : undefined}>
            {rooms[room]}
          </a>
        ))}
      </nav>
      <div class="rail-foot">
        <Meter />
        <p class="switches small">
          <button type="button" lang={language.value === 'en' ? 'fr' : 'en'} onClick={switchLanguage}>
            {otherLanguage}
          </button>
          <button type="button" title={themes.label} onClick={switchTheme}>
            {theme() === 'dark' ? themes.light : themes.dark}
          </button>
        </p>
      </div>
    </header>
  )
}
