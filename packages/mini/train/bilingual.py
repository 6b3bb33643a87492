"""English and French for the same thing, from programs that were translated: help pages, the texts of windows, names of things."""

import gettext
import html
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path

from debian import Debian

PARAGRAPH = re.compile(r'<(h\d|p) id="((?:par_|hd_)?id[^"]+)"[^>]*>(.*?)</\1>', re.S)
# A message in Fluent: a name, or an indented attribute of the one before; further indented lines go on.
FLUENT = re.compile(r'^([a-zA-Z][\w-]*|    \.[\w-]+) = ?(.*(?:\n {4,}(?!\.).*)*)', re.M)
LONGEST = 600

Pair = tuple[str, str]


def read_help(debian: Debian) -> dict[str, list[tuple[str, str, str]]]:
    """Pages of LibreOffice's help by path: (tag, English, French) of each paragraph, in order."""
    folders = [
        debian.open('libreoffice-help-en-us') / 'usr/share/libreoffice/help/en-US/text',
        debian.open('libreoffice-help-fr') / 'usr/share/libreoffice/help/fr/text',
    ]
    pages = {}
    for path in sorted(folders[0].rglob('*.html')):
        name = path.relative_to(folders[0]).as_posix()
        if (folders[1] / name).exists():
            english, french = (paragraphs(folder / name) for folder in folders)
            both = [(tag, text, french[key][1]) for key, (tag, text) in english.items() if key in french]
            pages[name] = [(tag, a, b) for tag, a, b in both if is_pair(a, b)]
    return pages


def paragraphs(path: Path) -> dict[str, tuple[str, str]]:
    return {key: (tag, plain(body)) for tag, key, body in PARAGRAPH.findall(path.read_text('utf-8'))}


def plain(markup: str) -> str:
    return squeeze(html.unescape(re.sub(r'<[^>]+>', ' ', markup)))


def squeeze(text: str) -> str:
    return re.sub(r'\s+', ' ', text).strip()


def is_pair(english: str, french: str) -> bool:
    return bool(english and french) and english != french and len(english) <= LONGEST


def read_windows(debian: Debian) -> list[Pair]:
    """Texts of the windows of LibreOffice and of Firefox."""
    pairs = []
    for path in sorted(debian.open('libreoffice-l10n-fr').rglob('*.mo')):
        with path.open('rb') as file:
            catalog = gettext.GNUTranslations(file)._catalog
        for message, french in catalog.items():
            if isinstance(message, str) and message:
                pairs.append((message.partition('\x04')[2].replace('_', ''), french.replace('_', '')))
    folder = debian.open('firefox-esr') / 'usr/lib/firefox-esr'
    english = messages(folder / 'browser/omni.ja') | messages(folder / 'omni.ja')
    [pack] = debian.open('firefox-esr-l10n-fr').rglob('langpack-fr@*.xpi')
    french = messages(pack)
    pairs += [(english[key], french[key]) for key in sorted(english.keys() & french.keys())]
    return [(a, b) for a, b in ((clean(a), clean(b)) for a, b in pairs) if is_pair(a, b)]


def messages(archive: Path) -> dict[tuple[str, str], str]:
    """(file, message) → text, of the Fluent files in an archive."""
    found = {}
    with zipfile.ZipFile(archive) as files:
        for name in sorted(files.namelist()):
            if not name.endswith('.ftl'):
                continue
            short = re.sub(r'^.*?localization/[^/]+/', '', name)
            owner = ''
            for key, text in FLUENT.findall(files.read(name).decode('utf-8')):
                owner = owner if key.startswith(' ') else key
                found[short, f'{owner}{key.strip()}'] = text
    return found


def clean(text: str) -> str:
    """Without variables, accelerators and markup."""
    text = re.sub(r'\{[^{}]*\}', ' ', text)
    return plain(text.replace('~', '').replace('&', '').replace('%PRODUCTNAME', 'LibreOffice'))


def read_names(debian: Debian) -> list[Pair]:
    """Names of countries, languages, scripts, units and pictures in Unicode's locale data; a picture's keywords too."""
    folder = debian.open('unicode-cldr-core') / 'usr/share/unicode/cldr/common'
    pairs = []
    for part in ('main', 'annotations', 'subdivisions'):
        english, french = (names(folder / part / f'{language}.xml') for language in ('en', 'fr'))
        pairs += [(english[key], french[key]) for key in english.keys() & french.keys()]
    return sorted({(clean(a), clean(b)) for a, b in pairs if is_pair(a, b)})


def names(path: Path) -> dict[tuple, str]:
    found = {}

    def visit(element: ElementTree.Element, place: tuple) -> None:
        here = (*place, element.tag, *sorted(element.attrib.items()))
        if element.text and element.tag in NAMED:
            found[here] = element.text.replace(' | ', ', ').replace('{0}', '')
        for child in element:
            visit(child, here)

    visit(ElementTree.parse(path).getroot(), ())
    return found


NAMED = {'language', 'script', 'territory', 'subdivision', 'annotation', 'displayName', 'month', 'day', 'unitPattern', 'exemplarCity'}
