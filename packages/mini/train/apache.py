"""English and French for the same thing, from the manual of the Apache web server."""

import re
from pathlib import Path

from bilingual import Pair, is_pair, plain
from debian import Debian

MANUAL = 'usr/share/doc/apache2-doc/manual'
UNREAD = re.compile(r'<(pre|script|style)\b.*?</\1>', re.S)
ANCHOR = re.compile(r'<a (?:id|name)="([^"]+)"')
BLOCK = re.compile(r'<(p|h[1-4]|dt|li)\b[^>]*>(.*?)</\1>', re.S)

# (tag, text) of each block between two anchors, by the first of them.
Sections = dict[str, list[tuple[str, str]]]


def read_apache(debian: Debian) -> list[Pair]:
    """What stands in the same place of a page, where a section has the same blocks in both languages."""
    folder = debian.open('apache2-doc') / MANUAL
    pairs = set()
    for path in (folder / 'en').rglob('*.html'):
        translated = folder / 'fr' / path.relative_to(folder / 'en')
        if translated.exists():
            pairs.update(aligned(sections(path), sections(translated)))
    return sorted(pair for pair in pairs if is_pair(*pair))


def sections(path: Path) -> Sections:
    parts = ANCHOR.split(UNREAD.sub(' ', path.read_text('utf-8', 'replace')))
    return {anchor: [(tag, text(body)) for tag, body in BLOCK.findall(part)] for anchor, part in zip(['', *parts[1::2]], parts[::2])}


def text(markup: str) -> str:
    # Headings end in a link to themselves.
    return plain(markup).removesuffix('¶').strip()


def aligned(english: Sections, french: Sections) -> list[Pair]:
    pairs = []
    for anchor in english.keys() & french.keys():
        a, b = english[anchor], french[anchor]
        if [tag for tag, _ in a] == [tag for tag, _ in b]:
            pairs += [(one, other) for (_, one), (_, other) in zip(a, b)]
    return pairs
