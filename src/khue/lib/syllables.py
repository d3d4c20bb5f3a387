"""Whether a word is a Vietnamese syllable: how well a text was decoded shows in its syllables.

Onsets, rhymes and the rule that a rhyme with a stop takes only sắc or nặng are those of Vietnamese
spelling: Đoàn Thiện Thuật, *Ngữ âm tiếng Việt* (1977). Meaning is not asked for: *nhoẻng* is one.
"""

from __future__ import annotations

import unicodedata

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_STOPS_TAKE = ("\u0301", "\u0323")
_REMEMBERED = 50_000

_BEFORE_FRONT = frozenset(("k", "gh", "ngh"))
_NEVER_BEFORE_FRONT = frozenset(("c", "g", "ng"))
_FRONT = tuple("eêiy")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ONSETS = _words("ngh ch gh gi kh ng nh ph qu th tr b c d đ g h k l m n p r s t v x")
"""Longest first; a syllable may have none."""

_RHYMES = frozenset(
    _words(
        "a ac ach ai am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây "
        "e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt "
        "iêu  im in inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn "
        "oăng oăt  oc oe oen oeo oet oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm "
        "ơn ơp ơt  u ua uân uâng uât uây uc uê uêch uênh uêu ui um un ung uôc uôi uôm uôn uông "
        "uôt uơ up ut  uy uya uych uyên uyêt uyn uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi "
        "ươm ươn ương ươp  ươt ươu ưt ưu y yêm yên yêng yêt yêu"
    )
)
_AFTER_QU = frozenset(
    _words(
        "a ac ach ai an ang anh ao ăc ăm ăn ăng ăp ăt ât âc âm ân âng ây au ay at ap e en eo et ê "
        "êch  ên ênh êt y ych yên yêt yn ynh yt it ôc ơ ơi ôi"
    )
)
_AFTER_GI = _RHYMES | frozenset(_words("êc êm ên êng êp êt êu")) | {""}

_known: dict[str, bool] = {}


def is_syllable(word: str) -> bool:
    """Whether `word`, in either case and any normal form, is spelt as one Vietnamese syllable."""
    known = _known.get(word)
    if known is None:
        if len(_known) >= _REMEMBERED:
            _known.clear()
        known = _known[word] = len(word) <= 20 and _parses(word.lower())
    return known


def _parses(word: str) -> bool:
    decomposed = unicodedata.normalize("NFD", word)
    tones = [mark for mark in decomposed if mark in _TONES]
    if len(tones) > 1:
        return False
    plain = decomposed.replace(tones[0], "") if tones else decomposed
    base = unicodedata.normalize("NFC", plain)
    if base.endswith(("c", "ch", "k", "p", "t")) and not (tones and tones[0] in _STOPS_TAKE):
        return False
    return any(_fits(onset, base[len(onset) :]) for onset in _onsets_of(base))


def _onsets_of(base: str) -> list[str]:
    return [onset for onset in (*_ONSETS, "") if base.startswith(onset)]


def _fits(onset: str, rhyme: str) -> bool:
    if onset == "qu":
        return rhyme in _AFTER_QU
    if onset == "gi":
        return rhyme in _AFTER_GI
    front = rhyme.startswith(_FRONT)
    if (front and onset in _NEVER_BEFORE_FRONT and onset != "g") or (
        not front and onset in _BEFORE_FRONT
    ):
        return False
    if onset == "g" and front:
        return rhyme in ("i", "in")
    return rhyme in _RHYMES
