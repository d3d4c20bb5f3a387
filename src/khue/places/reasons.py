"""Says in one plain sentence, in Vietnamese and English, why a place resolved as it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from khue.places.matching import Match
from khue.places.names import Entry, Tier
from khue.places.units import FormerUnit

Text = dict[str, str]

_MOST_NAMED = 3  # units and names that a sentence lists before it says how many more

NOT_STATED: Mapping[str, str] = {"vi": "Không nêu địa điểm.", "en": "No place is stated."}
ONLY_DETAIL: Mapping[str, str] = {
    "vi": "Chỉ nêu địa chỉ chi tiết, không nêu đơn vị hành chính nào.",
    "en": "Only details of an address are stated, no administrative unit.",
}
_LOOSE = {
    "vi": "tên ghi không dấu hoặc là tên gọi khác của đơn vị",
    "en": "the name is typed without marks or is another name of the unit",
}
_OTHER_KIND = {
    "vi": "loại đơn vị ghi khác với danh mục",
    "en": "the kind of unit stated differs from the list",
}
_UNANCHORED = {
    "vi": "chưa nêu rõ loại đơn vị hoặc đơn vị cấp trên",
    "en": "neither the kind of unit nor the unit above it is clear",
}
_SEVERAL = {
    "vi": "nêu nhiều đơn vị cùng lúc",
    "en": "several units are stated at once",
}
_SHARED = {
    "vi": "tên ghi là của tỉnh nhưng cũng là của đơn vị khác",
    "en": "the name is a province's but other units bear it too",
}
_CONTESTED = {
    "vi": "các nguồn nói khác nhau về đơn vị này",
    "en": "sources disagree about this unit",
}
_VAGUE = {
    "vi": "tên có thể chỉ một đơn vị nhỏ hơn trước đây",
    "en": "the name may mean a smaller unit of the past",
}


def why_unknown(names: Sequence[str]) -> Text:
    """No unit bears any of these names."""
    return {
        "vi": f"Không tìm thấy đơn vị hành chính nào tên {_quoted(names, 'vi')}.",
        "en": f"No administrative unit is named {_quoted(names, 'en')}.",
    }


def why_too_many(count: int) -> Text:
    """What is stated fits `count` present units, too many to list."""
    return {
        "vi": f"Có {count} đơn vị hợp với địa điểm đã nêu, quá nhiều để liệt kê;"
        " cần nêu thêm đơn vị cấp trên.",
        "en": f"{count} units fit what is stated, too many to list; a unit above them is needed.",
    }


def why_resolved(
    matches: Sequence[Match], names: Sequence[Mapping[str, str]], certain: bool, unknown: list[str]
) -> Text:
    """How `matches` lead to the present units of `names` (full names of the candidates);
    `unknown` are the names that were not found."""
    entries = list({entry.key: entry for match in matches for entry in match.entries}.values())
    partly = any(match.lost for match in matches) and all(match.anchored for match in matches)
    doubts = [] if certain else _doubts(matches, unknown)
    why = {}
    for lang in ("vi", "en"):
        main = _main_clause(entries, names, certain, lang)
        if partly and len(names) == 1 and all(entry.level != "commune" for entry in entries):
            main = f"Thuộc {names[0]['vi']}" if lang == "vi" else f"It is in {names[0]['en']}"
        sentence = "; ".join([main, *(doubt[lang] for doubt in doubts), *_words(entries, lang)])
        why[lang] = f"{sentence[:1].upper()}{sentence[1:]}."
    return why


def _main_clause(
    entries: list[Entry], names: Sequence[Mapping[str, str]], certain: bool, lang: str
) -> str:
    vi = lang == "vi"
    subjects = _listed([entry.label[lang] for entry in entries], lang)
    if len(names) == 1:
        target = names[0][lang]
        if all(isinstance(entry.unit, FormerUnit) for entry in entries):
            return f"{subjects} nay thuộc {target}" if vi else f"{subjects} is now in {target}"
        if certain:
            return f"Là {target}" if vi else f"It is {target}"
        return f"Có thể là {target}" if vi else f"It may be {target}"
    if len(entries) == 1:
        if vi:
            return f"{subjects} nay thuộc {len(names)} đơn vị"
        return f"{subjects} is now in {len(names)} units"
    if vi:
        return f"Có thể là {subjects}, nay thuộc {len(names)} đơn vị"
    return f"It may be {subjects}, now in {len(names)} units"


def _words(entries: list[Entry], lang: str) -> list[str]:
    """Whose word the answer is, where sources disagree about the one unit that is stated."""
    saying = entries[0].saying if len(entries) == 1 else None
    if saying is None or not saying.otherwise:
        return []
    vi = lang == "vi"
    words = [] if saying.contested else [f"theo {saying.source}" if vi else f"so {saying.source}"]
    for other in saying.otherwise:
        more, less = ([name[lang] for name in names] for names in (other.more, other.less))
        if more:
            verb = "còn nêu" if vi else "also names"
            words.append(f"{other.source} {verb} {_listed(more, lang, 'và' if vi else 'and')}")
        if less:
            verb = "không nêu" if vi else "does not name"
            words.append(f"{other.source} {verb} {_listed(less, lang)}")
    return words


def _doubts(matches: Sequence[Match], unknown: list[str]) -> list[Text]:
    tier = max(match.tier for match in matches)
    doubts = []
    if unknown:
        doubts.append(
            {
                "vi": f"không tìm thấy {_quoted(unknown, 'vi')} đúng như đã nêu",
                "en": f"{_quoted(unknown, 'en')} was not found as stated",
            }
        )
    if tier is Tier.LOOSE:
        doubts.append(_LOOSE)
    elif tier is Tier.OTHER_KIND:
        doubts.append(_OTHER_KIND)
    if any(match.several for match in matches):
        doubts.append(_SEVERAL)
    if any(match.shared for match in matches):
        doubts.append(_SHARED)
    if any(match.contested for match in matches):
        doubts.append(_CONTESTED)
    if any(match.vague for match in matches):
        doubts.append(_VAGUE)
    elif not all(match.anchored for match in matches) and not unknown:
        doubts.append(_UNANCHORED)
    return doubts


def _quoted(names: Sequence[str], lang: str) -> str:
    return _listed([f"“{name}”" for name in dict.fromkeys(names)], lang)


def _listed(names: list[str], lang: str, joint: str = "") -> str:
    """The first few names and how many more there are."""
    names = list(dict.fromkeys(names))
    more = len(names) - _MOST_NAMED
    if more > 0:
        rest = f"{more} đơn vị khác" if lang == "vi" else f"{more} others"
        names = [*names[:_MOST_NAMED], rest]
    if len(names) == 1:
        return names[0]
    joint = joint or ("hoặc" if lang == "vi" else "or")
    return f"{', '.join(names[:-1])} {joint} {names[-1]}"
