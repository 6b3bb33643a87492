import '@fontsource-variable/instrument-sans/standard.css'
import '@fontsource-variable/jetbrains-mono/index.css'
import '@fontsource-variable/newsreader/opsz.css'
import '@fontsource-variable/newsreader/opsz-italic.css'
import './styles/tokens.css'
import './styles/base.css'
import { render } from 'preact'
import { App } from './app.tsx'
import { listenToKeys } from './keyboard.ts'
import { openThisLibrary } from './library.ts'
import { keepForOffline } from './offline.ts'
import { listenToLinks } from './route.ts'
import { hasSimd } from './simd.ts'

const canCompute = hasSimd()
render(<App canCompute={canCompute} />, document.querySelector('#app')!)
listenToKeys()
listenToLinks()
if (canCompute) void keepForOffline().then(openThisLibrary)
