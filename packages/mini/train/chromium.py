"""English and French for the same thing, from the texts of Chromium's windows."""

import html
import re
import struct
from pathlib import Path

from bilingual import Pair, is_pair, squeeze
from debian import Debian

LOCALES = 'usr/lib/chromium/locales'
# A placeholder, with its example; a choice by number or by gender; markup.
VARIABLE = re.compile(r'<[^>]+>|\$\d(?:<[^>]*>)?|\{[^{}]*\}|[{}]')


def read_chromium(debian: Debian) -> list[Pair]:
    english = messages(debian.open('chromium-common') / LOCALES / 'en-US.pak')
    french = messages(debian.open('chromium-l10n') / LOCALES / 'fr.pak')
    return sorted({pair for key in english.keys() & french.keys() if is_pair(*(pair := (clean(english[key]), clean(french[key]))))})


def messages(path: Path) -> dict[int, str]:
    """By number. A pack (version 5) has a head of 12 bytes with the count in its ninth, then (number u16, where it starts u32) each, and one more."""
    data = path.read_bytes()
    [version], [count] = struct.unpack_from('<I', data), struct.unpack_from('<H', data, 8)
    if version != 5:
        raise ValueError(f'{path.name}: a pack of version 5 is expected, this one is {version}')
    entries = [struct.unpack_from('<HI', data, 12 + 6 * place) for place in range(count + 1)]
    return {key: data[start:end].decode('utf-8', 'replace') for (key, start), (_, end) in zip(entries, entries[1:])}


def clean(text: str) -> str:
    """Without variables, accelerators and markup."""
    return squeeze(html.unescape(VARIABLE.sub(' ', text)).replace('&', ''))
