"""Manuals: long English texts of programs under permissive licences, and one manual that was translated into French."""

import re
from pathlib import Path

from bilingual import Pair, is_pair, plain
from debian import Debian

# Packages and where in them the pages lie.
ENGLISH = {
    'postgresql-doc-15': 'usr/share/doc/postgresql-doc-15/html',
    'sqlite3-doc': 'usr/share/doc/sqlite3',
    'python3.11-doc': 'usr/share/doc/python3.11/html',
    'python-django-doc': 'usr/share/doc/python-django-doc/html',
}
BLOCK = re.compile(r'<(h[1-6]|p|li|dd|dt)\b[^>]*>(.*?)(?=</?(?:h[1-6]|p|li|dd|dt|ul|ol|dl|pre|div|table)\b)', re.S)
# Prose, not code: words of letters, few marks.
PROSE = re.compile(r"[A-Z][\w ,;:'’()\-\"]{40,}[.!?]")


def read_manuals(debian: Debian) -> list[str]:
    """Paragraphs of prose, each once."""
    found = {}
    for name, folder in ENGLISH.items():
        for path in sorted((debian.open(name) / folder).rglob('*.html')):
            for _, text in blocks(path):
                if PROSE.match(text) and len(text) <= 1200:
                    found[text] = True
    return list(found)


def blocks(path: Path) -> list[tuple[str, str]]:
    """(tag, text) of headings, paragraphs and entries."""
    markup = re.sub(r'<(pre|script|style)\b.*?</\1>', ' ', path.read_text('utf-8', 'replace'), flags=re.S)
    return [(tag, text) for tag, text in ((tag, plain(body)) for tag, body in BLOCK.findall(markup)) if text]


def read_apache(debian: Debian) -> list[Pair]:
    """Apache's manual: blocks of pages that have the same form in both languages."""
    folder = debian.open('apache2-doc') / 'usr/share/doc/apache2-doc/manual'
    pairs = {}
    for path in sorted((folder / 'en').rglob('*.html')):
        other = folder / 'fr' / path.relative_to(folder / 'en')
        if not other.exists():
            continue
        english, french = blocks(path), blocks(other)
        if [tag for tag, _ in english] != [tag for tag, _ in french]:
            continue
        for (_, a), (_, b) in zip(english, french):
            # What is far longer or shorter is no translation.
            if is_pair(a, b) and 0.5 < len(b) / len(a) < 2.2 and len(a.split()) >= 2:
                pairs[a, b] = True
    return list(pairs)
