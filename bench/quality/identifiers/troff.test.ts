import { expect, test } from 'vitest'
import { boldOf, isManPage, toMarkdown } from './troff.mjs'

const PAGE = String.raw`.\" A licence.
.TH PROBE 1 2026
.de Vb
.nf
..
.SH NAME
probe \- look at one_thing
.SH "EXIT CODES"
.BR probe (1)
ends with
.IR code ,
see \fBPROBE_FAILED\fR and \fI/etc/probe.conf\fP.
.PP
It isn\(aqt C:\\\e\&.
.TP
.B \-\-dry\-run
Does nothing.`

test('a manual page becomes Markdown: headings, paragraphs, and text without troff', () => {
  expect(toMarkdown(PAGE)).toBe(
    [
      '## NAME\n\nprobe - look at one_thing',
      '## EXIT CODES\n\nprobe(1)\nends with\ncode,\nsee PROBE_FAILED and /etc/probe.conf.',
      "It isn't C:\\.",
      '--dry-run\nDoes nothing.',
    ].join('\n\n'),
  )
})

test('what is in bold is known', () => {
  expect(boldOf(PAGE).split('\n')).toEqual(['probe (1)', '--dry-run', 'PROBE_FAILED'])
})

test('an alias and a page in other macros are none', () => {
  expect(isManPage(PAGE)).toBe(true)
  expect(isManPage('.so man1/probe.1')).toBe(false)
  expect(isManPage('.Dd May 2026\n.Dt PROBE 1\n.Sh NAME')).toBe(false)
})
