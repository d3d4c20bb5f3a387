"""The figures of quality: how often a name that is typed in some way is found, and how well judged
queries are answered, by Khuê and by others."""

from __future__ import annotations

import random
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from khue.lib.vietnamese import exact, fold
from tests.search.quality import variants
from tests.search.quality.competitors import Find
from tests.search.quality.corpus import Corpus
from tests.search.quality.metrics import is_hit, ndcg

SEED = 1_000
"""Of the labels that are drawn and of the letters that are mistyped."""

LABELS = 400


@dataclass(frozen=True)
class Manner:
    """A way of typing a name: what it makes of a name (None or the name itself if there is nothing
    to change), and how deep the name's record may stand."""

    typed: Callable[[str, random.Random], str | None]
    depth: int


MANNERS: Mapping[str, Manner] = {
    "exact": Manner(lambda name, _: name, 1),
    "without marks": Manner(lambda name, _: variants.without_marks(name), 1),
    "tone moved": Manner(lambda name, _: _changed(name, variants.with_tone_moved(name)), 1),
    "one typo": Manner(variants.with_typo, 5),
    "prefix": Manner(lambda name, _: variants.beginning(name), 5),
}


def _changed(name: str, other: str) -> str | None:
    return None if other == name else other


def typed(manner: Manner, names: Sequence[str]) -> list[tuple[str, str]]:
    """Some of the names that can be typed in this manner, each once, with what is typed; the same
    in every run."""
    chance = random.Random(SEED)
    mixed = chance.sample(sorted(set(names)), len(set(names)))
    pairs = ((name, manner.typed(name, chance)) for name in mixed)
    return list(islice(((name, text) for name, text in pairs if text is not None), LABELS))


def misses(asked: Sequence[tuple[str, str]], depth: int, corpus: Corpus) -> list[str]:
    """What was typed in vain of names.

    The record of a name is any whose Vietnamese label is that name: case and the place of the tone
    do not count. Several records of one label are all right.
    """
    records = defaultdict(set)
    for one in corpus.documents:
        records[exact(one["name"]["vi"])].add(one["id"])
    return [
        text for name, text in asked if not is_hit(corpus.find(text), records[exact(name)], depth)
    ]


def pairs_by_marks(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The pairs of names that differ in nothing but marks."""
    alike = defaultdict(set)
    for name in names:
        alike[fold(name)].add(exact(name))
    written = {exact(name): name for name in sorted(names)}
    for forms in alike.values():
        ordered = sorted(forms)
        for at, one in enumerate(ordered):
            yield from ((written[one], written[other]) for other in ordered[at + 1 :])


@dataclass(frozen=True)
class Answered:
    """How well a searched system answers the judged queries: nDCG@10 by query and its group."""

    by_query: Mapping[str, float]
    groups: Mapping[str, str]

    @property
    def mean(self) -> float:
        return statistics.mean(self.by_query.values())

    def by_group(self) -> dict[str, float]:
        """The mean of each group."""
        gathered = defaultdict(list)
        for query, value in self.by_query.items():
            gathered[self.groups[query]].append(value)
        return {group: statistics.mean(values) for group, values in gathered.items()}


def answered(find: Find, corpus: Corpus) -> Answered:
    """Ask one system all judged queries."""
    return Answered(
        {one.text: ndcg(find(one.text), grades) for one, grades in corpus.judged},
        {one.text: one.group for one, _ in corpus.judged},
    )
