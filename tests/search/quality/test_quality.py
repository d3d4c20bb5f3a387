"""How good search is over 3,337 records. The figures measured stand in docs/guide/ranking.md."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from khue.lib.vietnamese import exact, fold
from khue.model.packs import Pack
from khue.search.entries import Entries, context_of
from tests.search.quality import competitors
from tests.search.quality.corpus import Corpus
from tests.search.quality.figures import LABELS, MANNERS, answered, misses, pairs_by_marks, typed
from tests.search.quality.judgements import read_judged

LEAST = {
    "exact": 0.95,
    "without marks": 0.90,
    "tone moved": 0.95,
    "one typo": 0.85,
    "prefix": 0.85,
}
"""The part of the names that must be found in each manner of typing, as issue 5 asks."""

NDCG = 0.87
MARGIN = 0.04
"""The mean nDCG@10 of the judged queries, and by how much it is above that of any other."""


@pytest.mark.parametrize("name", MANNERS)
def test_names_are_found_however_they_are_typed(
    name: str, labels: Sequence[str], corpus: Corpus
) -> None:
    asked = typed(MANNERS[name], labels)
    # So many labels have a tone that is written in two places.
    assert len(asked) == (128 if name == "tone moved" else LABELS)
    missed = misses(asked, MANNERS[name].depth, corpus)
    assert 1 - len(missed) / len(asked) >= LEAST[name], missed


def test_names_that_differ_by_marks_rank_rightly_both_ways(
    labels: Sequence[str], corpus: Corpus
) -> None:
    names = {one["id"]: one["name"]["vi"] for one in corpus.documents}
    pairs = list(pairs_by_marks(labels))
    assert len(pairs) == 7
    for pair in pairs:
        for typed_, other in (pair, pair[::-1]):
            found = [exact(names[one]) for one in corpus.find(typed_, 50)]
            assert found[0] == exact(typed_)
            assert exact(other) in found, "it is found, too, after it"


def test_judged_queries_are_answered_better_than_by_others(corpus: Corpus) -> None:
    own = answered(corpus.find, corpus)
    with competitors.sqlite(corpus.texts) as sqlite, competitors.postgresql(corpus.texts) as pg:
        others = {"SQLite": answered(sqlite, corpus), "PostgreSQL": answered(pg, corpus)}
    means = {name: round(one.mean, 3) for name, one in others.items()}
    assert own.mean >= NDCG, own.by_group()
    assert own.mean >= max(means.values()) + MARGIN, (own.mean, means)


def test_there_are_a_hundred_judged_queries() -> None:
    assert len({one.text for one in read_judged()}) == len(read_judged()) == 100


def test_others_get_the_texts_of_the_index(corpus: Corpus, pack: Pack) -> None:
    entries, context = Entries(pack), context_of(pack, corpus.labels.get)
    step = len(corpus.documents) // 100
    for one, document in list(zip(corpus.texts, corpus.documents, strict=True))[::step]:
        entry = entries.of(dict(document), None, context, corpus.labels.get)
        assert entry is not None
        assert sorted(fold(one.text).split()) == sorted(entry.text_folded.split())
        assert set(fold(one.names).split()) == {
            word for whole in entry.wholes_folded for word in whole.split()
        }
