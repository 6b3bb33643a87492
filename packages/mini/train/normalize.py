"""From text to words, as docs/format.md says under 'From a text to its vector', steps 1 and 2."""

import re
import unicodedata

LONGEST_WORD = 64
# Soft hyphens and joiners stand inside words.
DROPPED = '\u00ad\u200c\u200d'
# Letters and digits: Python's \w without the underscore is the same as Unicode's categories L and N.
RUN = re.compile(r'[^\W_]+')
UNSPACED = re.compile('[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]')


def normalize(text: str) -> str:
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize('NFKD', text).lower()
    text = ''.join(character for character in text if unicodedata.category(character)[0] != 'M' and character not in DROPPED)
    return text.replace('œ', 'oe').replace('æ', 'ae').replace('ß', 'ss')


def split_words(text: str) -> list[str]:
    """Words of a text in order; the visible characters of a text without any."""
    normal = normalize(text)
    words = []
    for run in RUN.findall(normal):
        pieces = [run] if run.isascii() else UNSPACED.sub(lambda found: f' {found[0]} ', run).split()
        for piece in pieces:
            words.extend(piece[start:start + LONGEST_WORD] for start in range(0, len(piece), LONGEST_WORD))
    return words or visible(normal) or visible(text)


def visible(text: str) -> list[str]:
    return [character for character in text if not character.isspace() and unicodedata.category(character)[0] not in 'ZC']
