import { expect, test } from 'vitest'
import { parseHtml } from './parse-html.ts'

const read = async (text: string) => await parseHtml(new TextEncoder().encode(text), { name: 'a.html' })
const textOf = async (text: string) => (await read(text)).text
const PROSE = 'This sentence is here so that the page has something to say, and this one so that it has enough of it. '
  .repeat(3)
  .trim()

test('structure becomes Markdown', async () => {
  const text = await textOf(`
    <h1>Title</h1><p>A <b>bold</b> word,<br>a <a href="/x">link</a>&nbsp;&amp; more&shy;over.</p>
    <ul><li>one<li>two<ol start=3><li>three<li>four</ol><li><p>five</p><p>more</p></ul>
    <pre><code class="language-ts">const a = 1 &lt; 2\n\n  b()</code></pre>
    <table><caption>Prices</caption><tr><th>Name<th>Price<th>Note<tr><td rowspan=2>Tea|s<td colspan=2>3<tr><td>4<td><br>x</table>
    <dl><dt>Term<dd>Meaning<dt>a<dt>b<dd>both</dl><p>E is <math alttext="{\\displaystyle mc^{2}}"><mi>m</mi></math> and <code>x y</code>.
    <p># no heading</p>`)
  expect(text).toBe(
    `# Title\n\nA bold word,\na link & moreover.\n\n- one\n- two\n  3. three\n  4. four\n- five\n\n  more\n\n\`\`\`ts\nconst a = 1 < 2\n\n  b()\n\`\`\`\n\nPrices\n\n| Name | Price | Note |\n| --- | --- | --- |\n| Tea\\|s | 3 |  |\n| Tea\\|s | 4 | x |\n\n- Term: Meaning\n- a, b: both\n\nE is $mc^{2}$ and \`x y\`.\n\n\\# no heading`,
  )
})

test('what is not shown is not read', async () => {
  const hidden =
    '<script>let a</script><style>p{}</style><noscript>b</noscript><template>c</template><p hidden>d<p style="color: red; display:none">e<span aria-hidden="true">f</span><svg><text>g</text></svg><select><option>h</select><!-- i -->'
  expect(await textOf(`<body><p>${PROSE}</p>${hidden}`)).toBe(PROSE)
})

test('what stands beside the content is left out', async () => {
  const links = Array.from({ length: 12 }, (_, i) => `<li><a href="/${i}">Section ${i}</a>`).join('')
  const beside = [
    `<header><a href="/">Home</a><nav><ul>${links}</ul></nav></header>`,
    '<div class="cookie-banner">We use cookies. <button>Accept</button></div>',
    `<div id="sidebar"><ul>${links}</ul></div>`,
    '<aside>Buy our newsletter</aside>',
    `<div class="c42"><ul>${links}</ul></div>`,
    '<footer>© 2020 A company</footer>',
  ]
  const article = `<h1>Cookies</h1><p>${PROSE}</p><section id="cookies"><h2>On cookies</h2><p>A cookie is small. <a href="#">More</a></p></section><aside>A note.</aside>`
  const wanted = `# Cookies\n\n${PROSE}\n\n## On cookies\n\nA cookie is small. More\n\nA note.`
  for (const page of [
    `<main>${article}</main>`,
    `<div><article>${article}</article></div>`,
    `<div role="main">${article}</div>`,
  ]) {
    expect(await textOf(beside.slice(0, 3).join('') + page + beside.slice(3).join(''))).toBe(wanted)
  }
  // Without any of these, too; but a remark is then beside it all.
  expect(await textOf(beside.slice(0, 3).join('') + article + beside.slice(3).join(''))).toBe(wanted.replace('\n\nA note.', ''))
})

test('a page that is nothing else is read as it is', async () => {
  const links = Array.from({ length: 12 }, (_, i) => `<li><a href="/${i}">Section ${i}</a></li>`).join('')
  expect(await textOf(`<nav><ul>${links}</ul></nav>`)).toContain('- Section 11')
  expect(await textOf('<div class="sidebar">Short.</div>')).toBe('Short.')
  expect(await textOf('plain & simple < 3')).toBe('plain & simple < 3')
  expect(await textOf('')).toBe('')
})

test('a table that lays out a page is no table', async () => {
  const text = await textOf(`<table><tr><td><h2>Left</h2><p>a<td><table><tr><th>x<th>y<tr><td>1<td>2</table></table>`)
  expect(text).toBe('## Left\n\na\n\n| x | y |\n| --- | --- |\n| 1 | 2 |')
})

test('the title is the page’s, without its site; the language as BCP 47 has it', async () => {
  expect(await read('<html lang="pt_br"><title>Café – My site</title><h1>Café</h1>')).toMatchObject({
    title: 'Café',
    language: 'pt-BR',
  })
  expect(await read('<title> Only\n this </title><h1>Other</h1>')).toMatchObject({ title: 'Only this' })
  expect(await read('<title>a | b</title><meta property="og:title" content="a &quot;c&quot;"><p>x')).toMatchObject({
    title: 'a "c"',
  })
  expect(await read('<html lang="not a language"><p>x')).toEqual({ text: 'x' })
})
