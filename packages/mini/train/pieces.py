"""Word pieces for what has no row of its own: continuations ('##isation') that follow the longest known beginning."""

from collections import Counter

CONTINUATIONS = 2_500
# A character this rare in the training texts is left unknown.
MIN_CHARACTER_COUNT = 20
LONGEST_PIECE = 8


def choose_pieces(words: dict[str, float], counts: Counter) -> tuple[list[str], list[str]]:
    """(characters that need a row to begin a word, continuations with their ## prefix), both most useful first.

    WordPiece is greedy: it takes the longest known beginning, then the longest known continuation. So the continuations
    that help are prefixes of what is left once the longest known beginning is cut off.
    """
    seen = Counter()
    for word, count in counts.items():
        for character in word:
            seen[character] += count
    alphabet = [character for character, count in seen.most_common() if count >= MIN_CHARACTER_COUNT]
    useful = Counter()
    for word, count in counts.items():
        if word in words:
            continue
        rest = word[longest_beginning(word, words):]
        for length in range(2, min(len(rest), LONGEST_PIECE) + 1):
            # A piece earns what it saves: one token per letter but one, in each distinct word more than in each repeat.
            useful[rest[:length]] += (length - 1) * (1 + min(count, 5) / 5)
    single = [f'##{character}' for character in alphabet]
    longer = [f'##{piece}' for piece, _ in useful.most_common(CONTINUATIONS - len(single))]
    return [character for character in alphabet if character not in words], single + longer


def longest_beginning(word: str, words: dict[str, float]) -> int:
    """Length of the longest proper prefix that is a word; at least 1."""
    for length in range(len(word) - 1, 1, -1):
        if word[:length] in words:
            return length
    return 1
