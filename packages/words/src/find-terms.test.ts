import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findTerms } from './find-terms.ts'
import { formsOf, lookupsOf } from './forms.ts'

const termsOf = (text: string) => {
  const { words, wholes } = findTerms(text)
  return [words.map((word) => word.text), wholes.map((whole) => whole.text)]
}

describe('the terms of a text', () => {
  test.each<[string, string[], string[]]>([
    ['getUserById', ['get', 'user', 'by', 'id'], ['getuserbyid']],
    ['parseHTMLDocument', ['parse', 'html', 'document'], ['parsehtmldocument']],
    ['iPhone and eBook', ['iphone', 'and', 'ebook'], []],
    ['JavaScript', ['java', 'script'], ['javascript']],
    ['IPv6 NASA', ['ipv', '6', 'nasa'], ['ipv6']],
    ['RFC2616bis, 5GB', ['rfc', '2616', 'bis', '5', 'gb'], ['rfc2616bis', '5gb']],
    ['iPhone12 UInt64', ['iphone', '12', 'uint', '64'], ['iphone12', 'uint64']],
    ['a1b2c3d4e5f6', ['a1b2c3d4e5f6'], []],
    ['get_user_by_id', ['get', 'user', 'by', 'id'], ['get_user_by_id']],
    ['Wi-Fi', ['wi', 'fi'], ['wi-fi']],
    ['version 14.3.', ['version', '14', '3'], ['14.3']],
    ['1,000 or 1 000 000 or 1’000', ['1', '000', 'or', '1', '000', '000', 'or', "1'000"], ['1,000', '1 000 000']],
    ['5 100 people', ['5', '100', 'people'], ['5 100']],
    ['in 2020 300 came', ['in', '2020', '300', 'came'], []],
    ['01 23 45 67 89', ['01', '23', '45', '67', '89'], ['01 23 45 67 89']],
    [
      '1 23 45 67 or 4111 1111 1111 1111.',
      ['1', '23', '45', '67', 'or', '4111', '1111', '1111', '1111'],
      ['1 23 45 67', '4111 1111 1111 1111'],
    ],
    ['0.25 0.50 0.75 1.00', ['0', '25', '0', '50', '0', '75', '1', '00'], ['0.25', '0.50', '0.75', '1.00']],
    ['at 09 30 on 12 05', ['at', '09', '30', 'on', '12', '05'], []],
    ['EN55 NOTE FOR ALL', ['en', '55', 'note', 'for', 'all'], ['en55']],
    ['#budget @anna # 1 a#b', ['budget', 'anna', '1', 'a', 'b'], ['#budget', '@anna', 'a#b']],
    ['in May 2024, on 3 May 2024', ['in', 'may', '2024', 'on', '3', 'may', '2024'], ['2024-05-03']],
    ['C++20 (555) 123 (b) 12', ['c', '20', '555', '123', 'b', '12'], ['c++', '555) 123']],
    ['10 20, 2020 2021, 7 10 20 in', ['10', '20', '2020', '2021', '7', '10', '20', 'in'], ['7 10 20']],
    ['C++, C# and .NET', ['c', 'c', 'and', 'net'], ['c++', 'c#', '.net']],
    ['(--no-check or -v)', ['no', 'check', 'or', 'v'], ['--no-check', '-v']],
    ['a - b', ['a', 'b'], []],
    ['src/mainFile.ts', ['src', 'main', 'file', 'ts'], ['mainfile', 'mainfile.ts', 'src/mainfile.ts']],
    ['C:\\Temp', ['c', 'temp'], ['c:/temp']],
    ['jane.doe@example.com', ['jane', 'doe', 'example', 'com'], ['jane.doe', 'example.com', 'jane.doe@example.com']],
    ['std::vector', ['std', 'vector'], ['std::vector']],
    ['AT&T', ['at', 't'], ['at&t']],
    ['می‌خواهم', ['می', 'خواهم'], ['میخواهم']],
    ['5 € 🎉 ☕', ['5', '€', '🎉', '☕'], []],
    ['新年快乐', ['新年', '年快', '快乐'], []],
    ['新年快樂', ['新年', '年快', '快乐'], []],
    ['リンゴ', ['りん', 'んご'], []],
    ['猫', ['猫'], []],
    ['สวัสดี', ['สวั', 'วัส', 'สดี'], []],
  ])('%s', (text, words, wholes) => {
    expect(termsOf(text)).toEqual([words, wholes])
  })

  test('stand where they say, whatever the text', () => {
    const letters = fc.constantFrom(..."aB é’'1.-_/+# œ東รก\u0301\u00ad🙂𝐁İ\u200cم".match(/./gsu)!)
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(letters, { maxLength: 30 }).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (given) => {
        const { words, wholes } = findTerms(given)
        for (const { text: term, start, end } of [...words, ...wholes]) {
          expect(term).not.toBe('')
          expect(start).toBeGreaterThanOrEqual(0)
          expect(end).toBeGreaterThan(start)
          expect(end).toBeLessThanOrEqual(given.length)
          for (const form of [...formsOf(term), ...lookupsOf(term)]) expect(form).not.toBe('')
        }
        words.forEach(({ start }, i) => void expect(start).toBeGreaterThanOrEqual(words[i - 1]?.start ?? 0))
      }),
      { numRuns: 1000 },
    )
  })

  test('are found in linear time in hostile texts', () => {
    const million = 1_000_000
    for (const piece of [
      'a',
      'aB',
      'a-',
      'a.b/',
      '-',
      '1 000 ',
      '東',
      'ก็',
      '\u0301',
      '\u1000\u103a',
      '\u1780\u17d2',
      '\u200c',
      'م\u200c',
    ]) {
      expect(findTerms(piece.repeat(million / piece.length)).words.length).toBeLessThanOrEqual(million)
    }
  })
})

/** Whether a search for one finds the other: some term of both stands for the same. */
function meet(asked: string, written: string): boolean {
  const found = new Set(
    Object.values(findTerms(written))
      .flat()
      .flatMap(({ text }) => [text, ...formsOf(text)]),
  )
  const { words, wholes } = findTerms(asked)
  const whole = wholes.toSorted((a, b) => b.text.length - a.text.length)[0]
  if (whole === undefined) return words.every(({ text }) => lookupsOf(text).some((form) => found.has(form)))
  return lookupsOf(whole.text).some((form) => found.has(form))
}

test.each([
  ['user by id', 'getUserById'],
  ['get_user_by_id', 'getUserById'],
  ['get-user-by-id', 'getUserById'],
  ['GetUserById', 'get_user_by_id'],
  ['getuserbyid', 'get_user_by_id'],
  ['wifi', 'Wi-Fi'],
  ['Wi-Fi', 'wifi'],
  ['addon', 'add-on'],
  ['e-mail', 'email'],
  ['utf8', 'UTF-8'],
  ['v14.3', 'version 14.3'],
  ['14.3', 'v14.3'],
  ['NV 20', 'NV20'],
  ['nv-20', 'NV20'],
  ['5 GB', '5GB'],
  ['14.3', '14.3-rc1'],
  ['1000', '1,000'],
  ['1000000', '1 000 000'],
  ['1’000’000', '1,000,000'],
  ['555-123-4567', '555 123 4567'],
  ['5551234567', '555-123-4567'],
  ['0123456789', '01 23 45 67 89'],
  ['01.23.45.67.89', '01 23 45 67 89'],
  ['4111111111111111', '4111 1111 1111 1111'],
  ['0142685300', '+33 1 42 68 53 00'],
  ['+33142685300', '01 42 68 53 00'],
  ['5551234567', '(555) 123-4567'],
  ['(555) 123-4567', '555-123-4567'],
  ['1249.50', '1,249.50'],
  ['1.249,50', '1,249.50'],
  ["1'249.50", '1249,50'],
  ['08003301000', '0800 330 1000'],
  ['07700900456', '07700 900456'],
  ['+44 7700 900456', '07700 900456'],
  ['010-6552-9988', '010-6552 9988'],
  ['030/901820', '+49 (0)30 901820-14'],
  ['004315885801', '+43 1 588 58-01'],
  ['91 234 56 78', '+34 912 345 678'],
  ['2058300218', 'A 205 830 02 18'],
  ['DE89370400440532013000', 'DE89 3704 0044 0532 0130 00'],
  ['GB82WEST12345698765432', 'GB82 WEST 1234 5698 7654 32'],
  ['C++', 'C++20'],
  ['2024-01-15', '15.01.2024'],
  ['15/1/2024', '2024-01-15'],
  ['5/6/2024', '05/06/2024'],
  ['2024-01-15', '15 January 2024'],
  ['15.1.2024', 'Jan 15th, 2024'],
  ['15/01/2024', '15. Januar 2024'],
  ['15/01/2024', '15 janv. 2024'],
  ['15/01/2024', '15 de enero de 2024'],
  ['15.01.2024', '15 января 2024 г.'],
  ['2024-01-15', '2024. január 15.'],
  ['2024/1/15', '2024年1月15日'],
  ['2024-01-15', '2024년 1월 15일'],
  ['2024-01-15', '١٥ يناير ٢٠٢٤'],
  ['15 Jan 2024', '15th of January 2024'],
  ['9:30', '09:30'],
  ['1.0', 'v1.0.2'],
  ['12 %', '12%'],
  ['cpp', 'C++'],
  ['csharp', 'C#'],
  ['dotnet', '.NET'],
  ['no-check', '--no-check'],
  ['ERR-NOT-FOUND', 'ERR_NOT_FOUND'],
  ['AB1234X', 'AB-1234-X'],
  ['foo\\bar.txt', 'foo/bar.txt'],
  ['快乐', '祝你们新年快乐'],
  ['研究', '研究生'],
  ['火车', '火车票'],
  ['圖書館', '图书馆'],
  ['りんご', 'リンゴを食べる'],
  ['猫', '黑猫'],
  ['학교', '학교에서'],
  ['학교는', '학교를'],
  ['क़लम', 'कलम'],
  ['میخواهم', 'می‌خواهم'],
  ['می خواهم', 'می‌خواهم'],
  ['ประเทศ', 'ประเทศไทย'],
])('%s finds %s', (asked, written) => {
  expect(meet(asked, written)).toBe(true)
})

test.each([
  ['14.3', '3.14'],
  ['14.3', '143'],
  ['9.9', '1.10'],
  ['1.0', 'v1.1.0'],
  ['5/7/2024', '05/06/2024'],
  ['2024-01-15', '16 January 2024'],
  ['2024-05-03', 'May 3, 2023'],
  ['get_user', 'get user'],
  ['快乐', '乐快'],
  ['C++', 'C#'],
])('%s does not find %s as a whole', (asked, written) => {
  expect(meet(asked, written)).toBe(false)
})
