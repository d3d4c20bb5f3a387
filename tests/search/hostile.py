"""Queries that nobody should have to answer, seeded: whatever they hold, they have an answer."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

WORDS = (
    "đình", "chùa", "đền", "so", "láng", "văn", "miếu", "quốc", "tử", "giám", "temple", "of", "the",
    "relic", "hạng", "rank", "type", "in", "ở",
)  # fmt: skip
SAID = (
    "' OR 1=1 --", '"; DROP TABLE record; --', "1 UNION SELECT * FROM auth_user", "(a+)+$",
    "[a-", ".*.*.*", "(?P<x>", "a{1,99999}", "../../etc/passwd", "C:\\windows\\", "%00",
    "%2e%2e%2f", "<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://x}", "type:[* TO *]",
    "rank:(NAT OR", "^", "in:", "in::", ":::", "type:type:type:", 'in:"', "id:01", "position",
    "null", "NaN", "-1", "1e309", "0x7fffffff", "٣٤٥", "१२३", "１２３", "AND OR NOT", "AND",
    "NOT NOT", "a AND (b OR", "+a -b", "a~2", "* ? ~ ^", "a*b*c*", "??????", "\\", "\\\\\\",
    "\x00", "\x1b[31m", "\u202eđình\u202c", "\u200b", "\ufeff", "\ud800", "\udfff\ud800", "ﷺ",
    "🏛️👩‍👩‍👧‍👦", "́̂̃̀", "\u0301" * 300, "ẹ̣̣̣̣́́́", "漢字", "ไทย",
)  # fmt: skip
"""Injections, patterns, paths, half characters and scripts."""

ALPHABETS = (
    "abcdeghiklmnopqrstuvxy",
    "aàáảãạăằắâầấbcdđeèéêềếghiìíklmnoòóôồốơờớpqrstuùúưừứvxyỳý",
    "0123456789",
    " \t\n\r\x00\x07\x7f\xa0\u2028\u3000",
    "()[]{}\"'“”«»:;,./\\|!?*~^+-=_%&#@$<>",
    "\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b",
    "\u202a\u202e\u2066\u2069\u200d\ud800\udbff\udc00",
    "漢字אבجدहि😀🏳️‍🌈ıİßŉǆ",
)


def hostile(count: int, seed: int) -> Iterator[str]:
    """So many queries, the same for the same seed."""
    chance = random.Random(seed)
    ways: tuple[Callable[[random.Random], str], ...] = (
        lambda c: c.choice(SAID),
        lambda c: " ".join(c.choices((*SAID, *WORDS), k=c.randint(2, 12))),
        lambda c: "".join(c.choices("".join(ALPHABETS), k=c.randint(1, 60))),
        lambda c: "".join(c.choices(c.choice(ALPHABETS), k=c.choice((1, 2, 40, 400, 5_000)))),
        lambda c: " ".join(c.choices("abcdghklmnstvx", k=c.randint(1, 300))),
        lambda c: " ".join(c.choices(WORDS, k=c.choice((1, 5, 40, 2_000)))),
        lambda c: f"{c.choice(WORDS)}:" * c.randint(1, 80) + c.choice(WORDS),
        lambda c: f"{c.choice(WORDS)}:{' '.join(c.choices(WORDS, k=c.randint(1, 30)))}",
        lambda c: '"' * c.randint(1, 9) + '" "'.join(c.choices(WORDS, k=c.randint(1, 20))),
        lambda c: _mistyped(" ".join(c.choices(WORDS, k=c.randint(1, 12))), c),
        lambda c: c.choice(WORDS)[: c.randint(1, 3)] + c.choice(("", "*", "?", " ")),
        lambda c: c.choice(("a", "đ", "é", "\u0301", "🏛", '"', ":", "*", " a")) * 10_000,
    )
    for number in range(count):
        yield ways[number % len(ways)](chance)


def _mistyped(text: str, chance: random.Random) -> str:
    """The text with every third letter or so another one."""
    return "".join(chance.choice("abcdehimnotu") if chance.random() < 0.3 else one for one in text)
