"""Vietnamese text: one normal form, a folded and an exact token form, and alphabetical order.

- `nfc` repairs characters, `display` repairs whole lines, both for people to read.
- `fold` finds: no case, no tone, no marks, đ as d. It may find, it must never merge.
- `exact` identifies: no case, but vowel quality and tone kept, the tone at the end of its vowels,
  so that *hoà* = *hòa* and *qúy* = *quý* while *chùa* is not *chưa*.

Hundreds of thousands of texts pass through here. Both forms are therefore remembered for each run
of letters between spaces, with its punctuation: Vietnamese has fewer than 20,000 syllables in use.
What is new goes through `str.translate` with tables that learn each character once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from khue.lib.identifiers import bounded_key

# Combining marks of the five written tones; the sixth, ngang, has none.
HUYEN, SAC, NGA, HOI, NANG = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"

# In the exact form a tone is written with a modifier *letter*, because tokenizers (Tantivy's too)
# split words at combining marks and symbols but not at letters.
TONE_LETTERS = {HUYEN: "ˋ", HOI: "ˀ", NGA: "ˇ", SAC: "ˊ", NANG: "ˌ"}

# Order of the tones in Vietnamese dictionaries: ngang, huyền, hỏi, ngã, sắc, nặng.
_TONE_RANK = {letter: str(rank) for rank, letter in enumerate("ˋˀˇˊˌ", start=1)}

# The 29 letters of the Vietnamese alphabet, with f j w z where English has them.
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_RANK = {letter: chr(0x41 + rank) for rank, letter in enumerate(ALPHABET)}

_VOWELS = frozenset("aăâeêioôơuưy")
_LOOKALIKES_OF_D = "\u00f0\u0256"  # ð (eth) and ɖ (d with tail), lower case
_REMEMBERED = 100_000  # words, so that a file of random ones cannot fill the memory
_LONGEST_REMEMBERED = 40  # characters; what is longer is no syllable

_shown = ("", "")  # the text that was displayed last, and how
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_MARKED_VOWEL = re.compile("([AEIOUYaeiouy])([\u0300-\u036f]+)")
_ASCII_WORD = re.compile("[0-9a-z]+")
_VIETNAMESE_ALONE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
_COMBINING = re.compile("[\u0300-\u036f]")
_ETH_FIRST = re.compile("(?<![^\\W\\d_])[\u00d0\u0189\u00f0\u0256]")
_ETH_CAPITAL = re.compile("(?<![^\\W\\d_])[^\\W\\d_]*[\u00d0\u0189][^\\W\\d_]*")


class _Remembered(dict[str, str]):
    """A bounded memory of a pure function of a string."""

    def __init__(self, compute: Callable[[str], str]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, key: str) -> str:
        value = self._compute(key)
        self._keep(key, value)
        return value

    def _keep(self, key: str, value: str) -> None:
        if len(key) <= _LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[key] = value


class _Runs(_Remembered):
    """The same of what stands between spaces, with a space before each form that is not empty.

    Numbers and codes are never the same, and worked out as fast as found: only others are kept."""

    def __missing__(self, key: str) -> str:
        if key.isascii():
            form = _ascii_run(key)
            if not key.isalpha():
                return form and f" {form}"
        else:
            form = self._compute(key)
        form = form and f" {form}"
        self._keep(key, form)
        return form


class _Translation(dict[int, str]):
    """A table for `str.translate` that learns each code point once."""

    def __init__(self, compute: Callable[[str], str]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, point: int) -> str:
        value = self[point] = self._compute(chr(point))
        return value


def nfc(text: str) -> str:
    """`text` in Unicode normal form C, with marks of Vietnamese vowels typed in the wrong order
    (tone before circumflex or breve) put right, which NFC alone does not do."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    if not _COMBINING.search(text):
        return text
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", _MARKED_VOWEL.sub(_quality_before_tone, decomposed))


def is_vietnamese(text: str) -> bool:
    """Whether a text has letters that Vietnamese alone has of the languages in Latin script that
    one may meet beside it: đ, ơ, ư, ă, and vowels with both a quality and a tone, or a dot or hook
    (Unicode chart Latin Extended Additional, U+1EA0 to U+1EF9). Without such a letter it may be."""
    return bool(_VIETNAMESE_ALONE.search(nfc(text)))


def display(text: str) -> str:
    """`text` as people should read it: NFC, Đ where a look-alike stands for it, one space for any
    whitespace (non-breaking too), nothing invisible, none of what cannot be stored or printed.

    Ð (U+00D0) and its kin stand for Đ at the start of a word, where Icelandic never has its eth,
    and in abbreviations without vowels (QÐ, HÐND)."""
    # One cell is looked at several times in a row: is it empty, does it say that there is nothing,
    # what does it say.
    global _shown
    last, shown = _shown
    if text is not last:
        shown = _in_order(text)
        _shown = text, shown
    return shown


def _in_order(text: str) -> str:
    # Nearly every text is in order already, and looking costs a quarter of putting right. What is
    # printable has no white space but the common one, and nothing invisible.
    if not text.isprintable():
        text = " ".join(nfc(_UNPRINTABLE.sub("", _INVISIBLE.sub("", text))).split())
    else:
        text = nfc(text)
        if "  " in text or text[:1] == " " or text[-1:] == " ":
            text = " ".join(text.split())
    if not ("\u00d0" in text or "\u00f0" in text or "\u0189" in text or "\u0256" in text):
        return text
    text = _ETH_FIRST.sub(lambda match: _as_d(match[0]), text)
    return _ETH_CAPITAL.sub(_abbreviation_with_d, text)


def words(text: str) -> tuple[str, ...]:
    """The words of `text` as written, in NFC, without punctuation and symbols."""
    return tuple(nfc(word) for word in text.translate(_AS_WRITTEN).split() if _says(word))


def fold(text: str) -> str:
    """The folded token form: lower case, no tones or other marks, đ and its look-alikes as d,
    words separated by one space, punctuation dropped. For finding, never for identity."""
    return "".join(map(_FOLD.__getitem__, text.split()))[1:]


def folded_words(text: str) -> Iterator[tuple[int, int, str]]:
    """The words of `fold(text)`, each with where it stands in `text`: start, end, word.

    A word has the marks and the invisible characters with it that follow its letters, so that no
    letter is parted from what stands on it. A character that is several words, such as ½, is part
    of each of them."""
    start, word = 0, ""
    for at, character in enumerate(text):
        form = " " if character.isspace() else _FOLDED[ord(character)]
        first, *others = form.split(" ")
        start, word = (start if word else at), word + first
        for other in others:
            if word:
                yield start, at + bool(first), unicodedata.normalize("NFC", word)
            start, word, first = at, other, other
    if word:
        yield start, len(text), unicodedata.normalize("NFC", word)


def unmark(text: str) -> str:
    """`text` in lower case without tones and marks and with đ as d, but with its punctuation and
    spaces: for patterns that must not depend on how carefully words were typed."""
    return text.translate(_UNMARKED)


def exact(text: str) -> str:
    """The exact token form: lower case, vowel quality kept (ă â ê ô ơ ư đ), each tone as a letter
    after its vowels, so that old and new tone placement agree; words separated by one space,
    punctuation dropped."""
    return "".join(map(_EXACT.__getitem__, text.split()))[1:]


def forms(text: str) -> tuple[str, str]:
    """The folded and the exact form of a text, which is parted at its spaces once."""
    runs = text.split()
    if text.isascii():  # then both are the same
        form = "".join(map(_FOLD.__getitem__, runs))[1:]
        return form, form
    folded, exact_ = map(_FOLD.__getitem__, runs), map(_EXACT.__getitem__, runs)
    return "".join(folded)[1:], "".join(exact_)[1:]


def name_key(text: str) -> str:
    """What two spellings of one name share: the exact form, short enough for an index."""
    return bounded_key(exact(text))


def sort_key(text: str) -> str:
    """A string whose plain comparison is Vietnamese alphabetical order.

    Syllable by syllable, first the letters (a ă â b c d đ ...), then the tone (ngang, huyền, hỏi,
    ngã, sắc, nặng), as in Vietnamese dictionaries. Runs of digits sort by value (Tổ 3, Tổ 12);
    digits come before letters, letters of other scripts after."""
    return "".join(_SORTED[syllable] for syllable in exact(text).split(" ") if syllable)


def _quality_before_tone(match: re.Match[str]) -> str:
    marks = sorted(match[2], key=lambda mark: mark not in "\u0302\u0306\u031b")
    return match[1] + "".join(marks)


def _as_d(letter: str) -> str:
    return "Đ" if letter.isupper() else "đ"


def _abbreviation_with_d(match: re.Match[str]) -> str:
    word = match[0]
    if word.isupper() and not _VOWELS.intersection(fold(word)):
        return re.sub("[\u00d0\u0189]", "Đ", word)
    return word


def _letters_of(character: str) -> str:
    """Lower-case compatibility decomposition (Unicode's NFKC_Casefold without recomposing)."""
    for _ in range(2):
        character = unicodedata.normalize("NFKD", character).casefold()
    return unicodedata.normalize("NFKD", character)


def _kind_of(character: str) -> str:
    """What becomes of a character: 'keep', 'mark' of the common combining block, 'drop', 'part'
    (parts words)."""
    if "\u0300" <= character <= "\u036f":
        return "mark"
    category = unicodedata.category(character)
    if category[0] in "LN" or category in ("Mn", "Mc"):
        return "keep"
    return "drop" if category in ("Cf", "Me") else "part"


def _fold_character(character: str) -> str:
    return "".join(_fold_letter(letter) for letter in _letters_of(character))


def _fold_letter(letter: str) -> str:
    if letter == "đ" or letter in _LOOKALIKES_OF_D:
        return "d"
    if letter in _TONE_RANK:
        return ""
    return {"keep": letter, "part": " "}.get(_kind_of(letter), "")


def _unmark_character(character: str) -> str:
    letters = _letters_of(character)
    return "".join(
        "d" if letter in "đ" + _LOOKALIKES_OF_D else letter
        for letter in letters
        if _kind_of(letter) != "mark"
    )


def _clean_character(character: str) -> str:
    """The character as written where it is part of a word, else a space or nothing."""
    kinds = {_kind_of(letter) for letter in unicodedata.normalize("NFKD", character)}
    if kinds <= {"keep", "mark"}:
        return character
    if kinds == {"drop"}:
        return ""
    return "".join(
        letter if _kind_of(letter) in ("keep", "mark") else " "
        for letter in unicodedata.normalize("NFKD", character)
    )


def _says(word: str) -> bool:
    """Whether a word has anything but marks without a letter to stand on."""
    return any(_kind_of(letter) != "mark" for letter in word)


def _ascii_run(run: str) -> str:
    """Both forms of what stands between spaces and is a number, a code or another language."""
    return " ".join(_ASCII_WORD.findall(run.lower()))


def _fold_run(run: str) -> str:
    """The folded form of what stands between spaces: a word, several (*thu-chi*), or nothing."""
    folded = " ".join(run.translate(_FOLDED).split())
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


def _exact_run(run: str) -> str:
    """The exact form of what stands between spaces."""
    # Numbers of decisions (*354/QĐ-UBND*) are all different, their parts are not.
    return " ".join(filter(None, map(_exact_word, run.translate(_AS_WRITTEN).split())))


def _exact_word(word: str) -> str:
    return word.lower() if word.isascii() else _EXACT_SYLLABLES[word]


def _exact_syllable(word: str) -> str:
    done: list[str] = []
    tones: list[str] = []
    base = ""
    for letter, marks in _clusters("".join(map(_letters_of, word))):
        base, these = _tone_apart(letter, marks)
        if base not in _VOWELS and tones:
            done += tones
            tones = []
        done.append(base)
        tones += these
    return unicodedata.normalize("NFC", "".join(done + tones))


def _clusters(decomposed: str) -> list[tuple[str, str]]:
    """Letters with the marks that follow them; marks without a letter are lost."""
    found: list[tuple[str, str]] = []
    for character in unicodedata.normalize("NFD", decomposed):
        kind = _kind_of(character)
        if kind == "mark":
            if found:
                found[-1] = (found[-1][0], found[-1][1] + character)
        elif kind == "keep":
            found.append((character, ""))
    return found


def _tone_apart(letter: str, marks: str) -> tuple[str, list[str]]:
    """A letter with its other marks composed, and its tones as letters if it is a vowel."""
    if letter in _LOOKALIKES_OF_D:
        letter = "đ"
    if letter not in _VOWELS:
        return letter + marks, []
    tones = [TONE_LETTERS[mark] for mark in marks if mark in TONE_LETTERS]
    quality = "".join(mark for mark in marks if mark not in TONE_LETTERS)
    return unicodedata.normalize("NFC", letter + quality), tones


def _sort_syllable(syllable: str) -> str:
    letters = re.sub("[0-9]+", _by_value, "".join(_letter_rank(c) for c in syllable))
    tones = "".join(_TONE_RANK.get(c, "") for c in syllable) or "0"
    # \x01 sorts below every letter: a shorter syllable comes first whatever its tone.
    return f"{letters}\x01{tones}\x02"


def _letter_rank(letter: str) -> str:
    if letter in _TONE_RANK:
        return ""
    return _LETTER_RANK.get(letter, letter)


def _by_value(match: re.Match[str]) -> str:
    digits = match[0].lstrip("0")
    return chr(0x30 + min(len(digits), 16)) + digits


_FOLDED = _Translation(_fold_character)
_UNMARKED = _Translation(_unmark_character)
_AS_WRITTEN = _Translation(_clean_character)
# Forms with a space before them, or nothing: what is joined is parted already.
_FOLD = _Runs(_fold_run)
_EXACT = _Runs(_exact_run)
_EXACT_SYLLABLES = _Remembered(_exact_syllable)
_SORTED = _Remembered(_sort_syllable)
