import { expect, test } from 'vitest'
import { alphabetOf, Random, sentenceOf } from '../testing/random-words.ts'
import { readSubtitles } from './read-subtitles.ts'

const time = (all: number, mark: string): string =>
  `${[Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60].map((part) => String(part).padStart(2, '0')).join(':')}${mark}500`

test('what is said is read in order, SRT and WebVTT alike', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = new Random(seed)
    const alphabet = alphabetOf(random)
    const mark = random.pick([',', '.'])
    const end = random.pick(['\n', '\r\n'])
    const said: string[] = []
    let text = mark === '.' ? `WEBVTT${end}${end}NOTE by nobody${end}${end}` : ''
    let now = random.integer(0, 4000)
    for (let cue = 1; cue <= random.integer(1, 40); cue++) {
      const sentence = sentenceOf(random, alphabet)
      const words = sentence.split(' ')
      said.push(sentence)
      const half = words.length >> 1
      text += `${cue}${end}${time(now, mark)} --> ${time(now + 2, mark)}${end}`
      text += `<i>${words.slice(0, half).join(' ')}</i>${end}${words.slice(half).join(' ')}${end}${end}`
      now += random.pick([2, 3, 20])
    }
    const read = readSubtitles(text).text
    expect(read.replace(/\[[\d:]+\] /g, '').replace(/\n\n/g, ' '), `seed ${seed}`).toBe(said.join(' '))
    expect(read).toMatch(/^\[\d\d:\d\d/)
  }
})

test('rolling captions are read once, speakers are named, times are told', () => {
  const { text } = readSubtitles(
    'WEBVTT\n\n00:01.000 --> 00:02.000\nand so we\n\n00:02.000 --> 00:03.000\nand so we\ncame home\n\n' +
      '1:02:03.000 --> 1:02:05.000\n<v Ann>Good &amp; <b>late</b>.</v>\n',
  )
  expect(text).toBe('[00:01] and so we came home\n\n[01:02:03] Ann: Good & late.')
})

test('anything else is read in one pass', () => {
  for (const piece of ['<', '<v ', '00:00:01,000 --> 00:00:02,000\n', '1\n', '{\\', '\n']) {
    expect(readSubtitles(piece.repeat(1_000_000 / piece.length)).text.length).toBeLessThan(1_100_000)
  }
})
