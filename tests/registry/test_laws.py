"""The laws of the ledger, over random games of all its actions by people of different rights."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from django.db import connection, transaction
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from khue.lib.identifiers import new_ulid
from khue.model.rights import PUBLIC
from khue.registry import actions, merges, queries, verification
from khue.registry.models import Change, Record, SourceRow
from tests.registry.conftest import Ledger
from tests.registry.game import OPERATOR, PLAYERS, Game, differing, flat, public_words, words_in
from tests.registry.moves import MOVES, creating, merging, splitting, undoing

NAMES = [name for name, (often, _) in MOVES.items() for _ in range(often)] * 2
"""The moves of a game in the order that chance gives them: each is in every game."""

EVERY = len(NAMES) // 3
"""After how many of them everything is looked at."""

WHO = [*PLAYERS, *PLAYERS[:1] * 14, *PLAYERS[1:2] * 6]
"""Those who may do much play more often, or little would happen."""

TURNS = st.lists(
    st.tuples(st.integers(0, len(WHO) - 1), st.integers(0, 2**32)),
    min_size=len(NAMES),
    max_size=len(NAMES),
)
"""Who makes each move, and what chance brings in it."""


@dataclass
class Follower:
    """Someone outside who reads the public chain and keeps what it shows."""

    seq: int = 0
    shown: dict[str, Any] = field(default_factory=dict)


# A game that is lost is not made smaller: that may take minutes, and its log is read soon enough.
@settings(max_examples=4, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(names=st.permutations(NAMES), turns=TURNS)
def test_laws(ledger: Ledger, names: list[str], turns: list[tuple[int, int]]) -> None:
    with transaction.atomic():
        game, follower = Game(ledger.pack), Follower()
        try:
            for number, (name, (who, seed)) in enumerate(zip(names, turns, strict=True), 1):
                random, actor = Random(seed), WHO[who]
                game.play(name, actor, MOVES[name][1](game, actor, random))
                if number % EVERY == 0:
                    check_laws(game, follower, random)
            undo_all(game)
            check_laws(game, follower, Random(0))
            assert follower.shown == {}
            assert set(Record.whole.values_list("document", "merged_into")) <= {(None, None)}
        except BaseException:
            note("\n".join(game.log))
            raise
        transaction.set_rollback(True)


def test_those_that_refer_to_each_other_are_one_and_then_two_again(ledger: Ledger) -> None:
    """What chance seldom brings: a chain of merges of records that all refer to each other."""
    game = Game(ledger.pack)
    names = [new_ulid() for _ in range(4)]
    made = [{"id": one, "type": "relic", "name": {"vi": game.word()}} for one in names]
    for one in made[:2]:
        one["related"] = names
    game.play("create", OPERATOR, creating(game, OPERATOR, made))
    third, first, second, fourth = names
    game.play("merge", OPERATOR, merging(game, OPERATOR, second, first, {}))
    assert ledger.head(second)["related"] == [third, fourth]
    game.play("merge", OPERATOR, merging(game, OPERATOR, third, second, {}))
    assert ledger.head(third)["related"] == [fourth]
    check_laws(game, Follower(), Random(0))
    game.play("split", OPERATOR, splitting(game, OPERATOR, second))
    assert ledger.head(second)["related"] == [third, fourth]
    game.play("split", OPERATOR, splitting(game, OPERATOR, first))
    assert [ledger.head(one) for one in names] == made
    check_laws(game, Follower(), Random(0))
    undo_all(game)


def undo_all(game: Game) -> None:
    """Everything taken back, last first, but for what nobody can take back."""
    for batch in reversed(game.batches()):
        if next(one.kind for one in game.entries if one.batch == batch) not in ("erase", "pack"):
            move = undoing(game, OPERATOR, batch)
            assert move.works, [one for one in game.entries if one.batch == batch]
            game.play("undo", OPERATOR, move)


def check_laws(game: Game, follower: Follower, random: Random) -> None:
    for law in LAWS:
        law(game, random)
    check_public_chain(game)
    follow(game, follower)


def check_verified(game: Game, random: Random) -> None:
    """Both chains hold, and all tables are what folding the ledger gives."""
    assert list(verification.find_chain_breaks()) == []
    assert verification.find_uncovered_batches() == []
    assert verification.find_unused_sources() == []
    assert list(verification.find_differences(game.pack)) == []
    assert list(verification.find_row_differences()) == []
    assert list(verification.find_personal_trouble()) == []


def check_rebuilt(game: Game, random: Random) -> None:
    """Making the tables anew changes nothing."""
    before = rows()
    actions.rebuild(pack=game.pack)
    assert rows() == before


def rows() -> Any:
    return (
        list(Record.whole.order_by("id").values()),
        set(SourceRow.objects.values_list("source", "key", "record")),
    )


def check_present(game: Game, random: Random) -> None:
    """Everyone who may see everything sees what was last seen of each record."""
    views = queries.get_many(OPERATOR, game.records(), game.pack)
    for record in game.records():
        now = game.now(game.final(record))
        assert (views[record].document if record in views else None) == now
    assert queries.count_records() == len(game.present())


def check_redirects(game: Game, random: Random) -> None:
    """Every redirect ends at a record that is there (`final` fails where they go round)."""
    for record in game.records():
        if game.state(record).target is not None:
            final = game.final(record)
            assert game.now(final) is not None
            assert merges.resolve([record]) == {record: final}
            view = queries.get(OPERATOR, record, game.pack)
            assert view is not None
            assert (view.id, view.redirected_from) == (final, record)


def check_blame(game: Game, random: Random) -> None:
    """Blame names the last change that gave a path the value that it has."""
    for record in game.present():
        expected: dict[str, int] = {}
        before = None
        for one in game.of(record):
            expected |= dict.fromkeys(differing(before, one.document), one.seq)
            before = one.document
        told = queries.blame(OPERATOR, record, game.pack)
        assert {path: one.seq for path, one in told.items()} == {
            path: expected[path] for path in flat(before)
        }


def check_past(game: Game, random: Random) -> None:
    """At any position, a record is what its last change up to there left, less what was erased."""
    for record in random.sample(game.records(), min(5, len(game.records()))):
        versions = queries.history(OPERATOR, record, game.pack)[::-1]
        assert [(one.seq, one.document) for one in versions] == [
            (one.seq, one.document) for one in game.of(record)
        ]
        for at in (random.randrange(queries.head() + 2) for _ in range(4)):
            until = [one.document for one in game.of(record) if one.seq <= at]
            view = queries.as_of(OPERATOR, record, at, game.pack)
            assert (view.document if view else None) == (until[-1] if until else None)


def check_public_past(game: Game, random: Random) -> None:
    """The public sees of the past what it may see by the rules of today, and sees all of that."""
    for record in game.records():
        told = [*queries.history(PUBLIC, record, game.pack)]
        shown = words_in(
            [(one.document, [(c.path, c.before, c.after) for c in one.changed]) for one in told]
        )
        # Versions in which only a source stated something else are in nobody's history.
        allowed = words_for_all(game, record)
        assert shown <= allowed
        # While it was one with a record that is closed by now, it said what that one said.
        if not Change.objects.filter(target=record).exists():
            assert words_for_all(game, record, stated=False) <= shown
        for entry in game.of(record)[-2:]:
            view = queries.as_of(PUBLIC, record, entry.seq, game.pack)
            assert words_in(view.document if view else None) <= allowed


def words_for_all(game: Game, record: str, *, stated: bool = True) -> set[str]:
    """The words that everyone may see of a record, past and present: its own, those that it says
    now, and those of others that are one with it or open themselves."""
    now = words_in(game.now(record))

    def is_open(word: str) -> bool:
        speaker = game.final(game.origin[word])
        head = game.now(speaker)
        open_itself = game.rules.is_open(head) and not is_sensitive(head)
        return speaker == record or word in now or open_itself

    return {word for word in own_words(game, record, stated=stated) if is_open(word)}


def own_words(game: Game, record: str, *, stated: bool = True) -> set[str]:
    """The words that everyone may see of a record if nobody's but its own concerned it."""
    head = game.now(record)
    if head is None or not game.rules.is_open(head):
        return set()
    return {
        word
        for one in game.of(record)
        if one.document is not None and game.rules.is_open(one.document)
        for word in public_words(
            {**one.document, **({} if stated else {"sources": []})},
            game.rules,
            is_sensitive(head) or is_sensitive(one.document),
        )
    }


def is_sensitive(document: Any) -> bool:
    return bool(document.get("location_sensitive"))


def check_erased(game: Game, random: Random) -> None:
    """What was erased is in no table."""
    if game.gone:
        # Only someone else who was once taken for the same person may have the same value.
        gone = game.gone - game.remembered()
        assert [text for text in all_texts() if words_in(text) & gone] == []


def all_texts() -> list[str]:
    """Everything that the tables of the registry hold."""
    texts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("registry_"):
                cursor.execute(f"SELECT * FROM {table}")
                texts += [str(row) for row in cursor.fetchall()]
    return texts


def check_proposals(game: Game, random: Random) -> None:
    """What waits is what was proposed, less what was erased; the public sees nothing of it."""
    for proposal, row in game.proposals.items():
        found = queries.proposal(OPERATOR, proposal, game.pack)
        assert found is not None
        waiting = {one.record: one.document for one in found[1] if one.status == "waiting"}
        assert waiting == {name: one.after for name, one in row.items.items() if one.waits}
        assert queries.proposal(PUBLIC, proposal, game.pack) is None
    assert queries.proposals(PUBLIC, game.pack) == []
    for record in game.records():
        assert queries.judgements(PUBLIC, record, game.pack) == []


LAWS: tuple[Callable[[Game, Random], None], ...] = (
    check_verified,
    check_rebuilt,
    check_present,
    check_redirects,
    check_blame,
    check_past,
    check_public_past,
    check_erased,
    check_proposals,
)


def check_public_chain(game: Game) -> None:
    """From its first link on the chain holds, as anyone can compute it, and it tells nothing of
    records that were never open."""
    by_seq = {one.seq: one for one in game.entries}
    latest = {one.record: one.seq for one in game.entries}
    seq, link = 0, "0" * 64
    while entries := queries.feed(seq, 7, game.pack):
        for one in entries:
            assert one.seq == seq + 1
            told = [link, one.seq, one.record or "", one.at or "", one.digest]
            link = sha256(":".join(map(str, told)))
            assert one.hash == link
            seq = one.seq
            if one.record is None:
                assert one.at is None
                assert one.document is None
                continue
            assert one.record in game.once_open
            assert words_in(one.document) <= words_for_all(game, one.record)
            seen = by_seq[one.seq]
            fits = one.document is not None and digest(one.document) == one.digest
            head = game.now(one.record)
            unchanged = seen.rules == game.rules and head is not None
            if one.document is not None and unchanged and not is_sensitive(head):
                assert fits
            if seq == latest[one.record] and game.rules.is_open(head):
                assert fits
    assert seq == queries.head()


def follow(game: Game, follower: Follower) -> None:
    """Read on, and hold in the end what the public sees."""
    while entries := queries.feed(follower.seq, 50, game.pack):
        for one in entries:
            follower.seq = one.seq
            if one.record is not None:
                follower.shown[one.record] = one.document
    follower.shown = {name: one for name, one in follower.shown.items() if one is not None}
    public = queries.public_documents(game.records())
    assert follower.shown == {name: one for name, one in public.items() if one is not None}
    for record, document in follower.shown.items():
        head = game.now(record)
        assert head is not None
        assert words_in(document) == public_words(head, game.rules, is_sensitive(head))


def digest(value: Any) -> str:
    """SHA-256 of canonical JSON, written anew as a follower would."""
    return sha256(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
