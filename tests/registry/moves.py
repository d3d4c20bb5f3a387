"""The moves of the game: what each asks of the registry, and what should come of it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from khue.lib.identifiers import new_ulid
from khue.model.rights import Actor
from khue.registry import actions
from khue.registry.actions import Draft, ProposedItem
from tests.registry.game import (
    ALL_RULES,
    OTHER_WARD,
    PERSONAL,
    STAFF_TEXT,
    WARD,
    Document,
    Game,
    Item,
    Move,
    Proposed,
    State,
    differing,
    flat,
    needs,
    stripped,
    with_paths,
    words_in,
    words_of,
)

WHY = "thử"
SOURCE = "so-kiem-ke"
ROWS = 12
"""Rows that the data set has: few, so that moves meet in them."""


def new_document(game: Game, random: Random, type_: str | None = None) -> Document:
    """A record that nobody has seen, with a few of all sorts of values."""
    type_ = type_ or random.choice(("relic", "relic", "dish"))
    document: Document = {"id": new_ulid(), "type": type_, "name": {"vi": game.word()}}
    for path in random.sample(PATHS, 4):
        name = STAFF_TEXT[type_] if path == "staff text" else path
        document = with_paths(document, {name: value_of(game, random, path)})
    if random.random() < 0.3:
        key = f"id:{random.randrange(ROWS)}"
        document["sources"] = [{"name": SOURCE, "key": key, "stated": stated(game, random)}]
    return document


PATHS = (
    "name.en", "description.vi", "significance.vi", "significance.en", "identifiers", "website",
    "place", "related", "staff text", "internal_note", "contact_phone", "other", "visibility",
    "location_sensitive",
)  # fmt: skip


HOT = ("name.en", "description.vi", "internal_note")
"""What everyone edits, so that edits meet."""


def value_of(game: Game, random: Random, path: str) -> Any:
    """A value for a path. Words in it are new."""
    if path == "identifiers":
        return [{"scheme": "wikidata", "value": game.word()}]
    if path == "place":
        return place(game, random)
    if path == "related":
        known = game.records()
        return [random.choice(known)] if known else None
    if path == "other":
        return {"Cột lạ": game.word(), "en": game.word()}
    if path == "visibility":
        return random.choice(("public", "public", "staff", None))
    if path == "location_sensitive":
        return random.choice((True, False))
    return game.word()


def place(game: Game, random: Random) -> Document:
    """A place of which one or two units are candidates."""
    units = random.sample((WARD, OTHER_WARD), random.choice((1, 1, 2)))
    return {
        "stated": game.word(),
        "code": units[0] if len(units) == 1 else None,
        "candidates": [{"code": unit, "name": unit, "source": "s"} for unit in units],
    }


def stated(game: Game, random: Random) -> dict[str, str]:
    """What a row of a file states, for everyone, for staff, of persons."""
    paths = random.sample(("name.vi", "place", "internal_note", "other.en", "description.vi"), 3)
    return {path: game.word() for path in paths}


def some_changes(game: Game, random: Random, document: Document) -> dict[str, Any]:
    """Changes of one or two paths of a record."""
    changes: dict[str, Any] = {}
    among = HOT if random.random() < 0.6 else (*PATHS, "name.vi")
    for path in random.sample(among, random.choice((1, 2))):
        value = value_of(game, random, path)
        if random.random() < 0.25 and path != "name.vi":
            value = None
        changes[STAFF_TEXT[document["type"]] if path == "staff text" else path] = value
    return changes


def create(game: Game, actor: Actor, random: Random) -> Move:
    """One to three new records, whose rows may be others' already."""
    made = [new_document(game, random) for _ in range(random.choice((1, 1, 3)))]
    return creating(game, actor, one_of_each_row(made))


def creating(game: Game, actor: Actor, made: list[Document]) -> Move:
    """These new records."""
    keys = {key for one in made for key in keys_of(one)}
    drafts = [Draft(one["id"], 0, None, one) for one in made]
    return Move(
        lambda: actions.commit(actor=actor, why=WHY, kind="import", drafts=drafts, pack=game.pack),
        needs=needs("commit", *made),
        works=not keys & game.rows.keys(),
        expected={one["id"]: State(one) for one in made},
        kind="import",
    )


def one_of_each_row(documents: Sequence[Document]) -> list[Document]:
    """Those documents of which no row is in an earlier one: no run makes two records of a row."""
    return [
        one
        for n, one in enumerate(documents)
        if not any(keys_of(one) & keys_of(earlier) for earlier in documents[:n])
    ]


def bring_in(game: Game, actor: Actor, random: Random) -> Move:
    """An import that changes several records, now and then from a version that is not the last."""
    names = random.sample(game.present(), min(len(game.present()), random.choice((1, 2, 4))))
    drafts, fresh = [], True
    for name in names:
        versions = game.of(name)
        back = 1 if random.random() < 0.9 else min(2, len(versions))
        before = versions[-back].document
        if before is None:
            back, before = 1, versions[-1].document
        assert before is not None
        after = with_paths(before, some_changes(game, random, before))
        if after.get("sources") and random.random() < 0.7:
            after["sources"][0]["stated"] = stated(game, random)
        fresh &= back == 1
        drafts.append(Draft(name, len(versions) - back + 1, before, after))
    return Move(
        lambda: actions.commit(actor=actor, why=WHY, kind="import", drafts=drafts, pack=game.pack),
        needs=needs("commit", *(one for draft in drafts for one in (draft.before, draft.after))),
        works=bool(drafts) and fresh,
        expected={draft.record: State(draft.after) for draft in drafts},
        kind="import",
        anyone=not drafts,
    )


def edit(game: Game, actor: Actor, random: Random) -> Move:
    """An edit that starts from one of the last versions."""
    record = pick(random, game.present() if random.random() < 0.95 else game.records())
    now, versions = game.now(record), game.of(record)
    if now is None:
        return Move(do_edit(game, actor, record, 1, {"website": "x"}), anyone=True, works=False)
    bases = [n for n, one in enumerate(versions, 1) if one.document is not None]
    base = bases[-1] if random.random() < 0.4 else random.choice(bases[-4:])
    changes = some_changes(game, random, now)
    after = with_paths(now, changes)
    since = differing(versions[base - 1].document, now).keys()
    since |= {
        path for path in changes if path.partition(".")[0] in erased_since(game, record, base)
    }
    clash = any(path in since and flat(now).get(path) != new for path, new in changes.items())
    nothing = after == now
    return Move(
        do_edit(game, actor, record, base, changes),
        needs=needs("commit", now, after),
        works=base == len(versions) or not clash,
        expected={} if nothing else {record: State(after)},
        kind="edit",
    )


def do_edit(
    game: Game, actor: Actor, record: str, base: int, changes: dict[str, Any]
) -> Callable[[], Any]:
    return lambda: actions.edit(
        actor=actor, why=WHY, record=record, base=base, changes=changes, pack=game.pack
    )


def erased_since(game: Game, record: str, base: int) -> set[str]:
    """The fields that were erased from a record after a version."""
    return {one for version, one in game.erased.get(record, ()) if version > base}


def pick(random: Random, names: Sequence[str]) -> str:
    """One of the names, or one that nothing has."""
    return random.choice(names) if names else "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def undo(game: Game, actor: Actor, random: Random) -> Move:
    """Undo of any batch, mostly of a late one."""
    known = game.batches()
    if not known:
        return Move(lambda: undo_batch(game, actor, new_ulid()), works=False, anyone=True)
    batch = known[-1 - min(int(random.expovariate(0.4)), len(known) - 1)]
    return undoing(game, actor, batch)


def undo_batch(game: Game, actor: Actor, batch: str) -> Any:
    return actions.undo(actor=actor, batch=batch, why=WHY, pack=game.pack)


def undoing(game: Game, actor: Actor, batch: str) -> Move:
    """Undo of a batch: works unless later changes would be lost."""
    inside = [one for one in game.entries if one.batch == batch]
    names = {one.record for one in inside}
    works = inside[0].kind not in ("erase", "pack")
    expected: dict[str, State] = {}
    asked: list[tuple[str, Document]] = []
    for one in inside:
        now, seen = game.state(one.record), game.of(one.record)
        earlier = seen[seen.index(one) - 1] if one is not seen[0] else None
        before = State(earlier.document, earlier.target) if earlier else State(None)
        works &= now == State(one.document, one.target)
        if before.document is None:
            end = game.final(before.target) if before.target else None
            if end in (None, one.record):
                works &= not set(game.losers(one.record)) - names
            else:
                works &= game.now(end) is not None or end in names
        expected[one.record] = before
        asked += needs("undo", now.document, before.document)
    return Move(
        lambda: undo_batch(game, actor, batch),
        needs=asked,
        works=works,
        expected=expected,
        kind="undo",
    )


def merge(game: Game, actor: Actor, random: Random) -> Move:
    """A merge of two records that may not fit each other."""
    known = game.present() if random.random() < 0.95 else game.records()
    winner = pick(random, known)
    kin = [one for one in known if type_of(game, one) == type_of(game, winner)]
    loser = pick(random, [one for one in kin if one != winner] or kin)
    changes = {"description.en": game.word()} if random.random() < 0.3 else {}
    return merging(game, actor, winner, loser, changes)


def merging(game: Game, actor: Actor, winner: str, loser: str, changes: dict[str, Any]) -> Move:
    """A merge of these two."""
    kept, lost = game.now(winner), game.now(loser)

    def do() -> Any:
        return actions.merge(
            actor=actor, why=WHY, winner=winner, loser=loser, pack=game.pack, changes=changes
        )

    if kept is None or lost is None or winner == loser or kept["type"] != lost["type"]:
        return Move(do, works=False, anyone=True)
    both = game.joined(winner) | game.joined(loser)
    after = one_of_two(without_related(kept, both), without_related(lost, both), changes)
    default = "staff" if kept["type"] == game.rules.closed_type else "public"
    return Move(
        do,
        needs=needs("merge", kept, after, lost),
        works=kept.get("visibility", default) == lost.get("visibility", default),
        expected={winner: State(after), loser: State(None, winner)},
        kind="merge",
    )


def without_related(document: Document, names: set[str]) -> Document:
    """The document without references to what will be one record: they would be to itself."""
    rest = [one for one in document.get("related", ()) if one not in names]
    return with_paths(document, {"related": rest or None})


def type_of(game: Game, record: str) -> str:
    return (game.last(record) or {"type": ""})["type"]


def one_of_two(kept: Document, lost: Document, changes: dict[str, Any]) -> Document:
    """What two records say together: the winner first, then the loser where the winner is silent,
    all their identifiers and sources, and whatever of the two is the more careful."""
    own = flat(kept)
    brought = {path: value for path, value in flat(lost).items() if path not in own}
    if lost.get("location_sensitive"):
        brought["location_sensitive"] = True
    ids = kept.get("identifiers", []) + lost.get("identifiers", [])
    if ids:
        brought["identifiers"] = [one for n, one in enumerate(ids) if one not in ids[:n]]
    after = with_paths(kept, brought | changes)
    keys = {one["key"] for one in kept.get("sources", ())}
    rows = [one for one in lost.get("sources", ()) if one["key"] not in keys]
    if kept.get("sources") or rows:
        after["sources"] = copy.deepcopy([*kept.get("sources", ()), *rows])
    return after


def split(game: Game, actor: Actor, random: Random) -> Move:
    """A split of a merged record; where nothing has happened since, all is as before the merge."""
    merged = [one for one in game.records() if game.state(one).target is not None]
    return splitting(
        game, actor, pick(random, merged if random.random() < 0.95 else game.records())
    )


def splitting(game: Game, actor: Actor, record: str) -> Move:
    """A split of this record."""

    def do() -> Any:
        return actions.split(actor=actor, why=WHY, record=record, pack=game.pack)

    target, own = game.state(record).target, game.last(record)
    if target is None or own is None or game.final(record) != target:
        return Move(do, works=False, anyone=True)
    own = without_rows_of_others(game, record, own)
    merging = [one for one in game.of(record) if one.kind != "erase"][-1]
    now = game.now(target)
    assert now is not None
    rest = without_what_was_brought(game, now, own, merging.batch, target)
    step = [one.document for one in game.of(target) if one.batch == merging.batch]
    then = (step[0] if step else None) or {}
    if now.get("visibility", "public") not in ("public", then.get("visibility")):
        own = own | {"visibility": now["visibility"]}  # what was closed meanwhile stays closed
    if now.get("location_sensitive") and not then.get("location_sensitive"):
        own = own | {"location_sensitive": True}
    if game.of(target)[-1].batch == merging.batch == game.of(record)[-1].batch:
        # Nothing has happened in between: both are exactly what they were before the merge.
        assert [own, rest] == [game.of(one)[-2].document for one in (record, target)]
    return Move(
        do,
        needs=needs("merge", own, now, rest),
        expected={record: State(own), target: State(rest)},
        kind="split",
    )


def without_rows_of_others(game: Game, record: str, own: Document) -> Document:
    """What a record was, less the rows of records that are not one with it any more."""
    if "sources" not in own:
        return own
    with_it = {one for one in game.records() if record in game.passed(one)}
    rows = [one for one in own["sources"] if game.rows[one["key"]] in with_it]
    return {name: value for name, value in own.items() if name != "sources"} | (
        {"sources": rows} if rows else {}
    )


def without_what_was_brought(
    game: Game, now: Document, own: Document, batch: str, target: str
) -> Document:
    """The winner after a split: what the merge changed is as it was, unless changed since."""
    seen = game.of(target)
    step = next((n for n, one in enumerate(seen) if one.batch == batch), None)
    before = after = None
    if step is not None:
        before, after = seen[step - 1].document, seen[step].document
    brought = differing(before, after) if before and after else {}
    current = flat(now)
    back = {path: old for path, (old, new) in brought.items() if current.get(path) == new}
    rest = with_paths(now, back)
    keys = {one["key"] for one in own.get("sources", ())}
    keys -= {one["key"] for one in (before or {}).get("sources", ())}
    rows = [one for one in now.get("sources", ()) if one["key"] not in keys]
    rest.pop("sources", None)
    return rest | ({"sources": rows} if rows else {})


def withdraw(game: Game, actor: Actor, random: Random) -> Move:
    """A withdrawal; refused for a record that others redirect to."""
    record = pick(random, game.present() if random.random() < 0.9 else game.records())
    now = game.now(record)
    return Move(
        lambda: actions.withdraw(actor=actor, why=WHY, record=record, pack=game.pack),
        needs=needs("withdraw", now),
        works=now is not None and not game.losers(record),
        expected={record: State(None)},
        kind="withdraw",
        anyone=now is None,
    )


def restore(game: Game, actor: Actor, random: Random) -> Move:
    """A record that is gone comes back as it last was."""
    gone = [one for one in game.records() if game.state(one) == State(None)]
    record = pick(random, gone if random.random() < 0.9 else game.records())
    last = game.last(record)
    return Move(
        lambda: actions.restore(actor=actor, why=WHY, record=record, pack=game.pack),
        needs=needs("withdraw", last),
        works=last is not None and game.state(record) == State(None),
        expected={record: State(last)},
        kind="restore",
        anyone=last is None or game.state(record) != State(None),
    )


def propose(game: Game, actor: Actor, random: Random) -> Move:
    """Edits of records and new ones that shall wait."""
    items: dict[str, Item] = {}
    for _ in range(random.choice((1, 2, 3))):
        known = game.present()
        if known and random.random() < 0.7:
            record = random.choice(known)
            before = game.now(record)
            assert before is not None
            after = with_paths(before, some_changes(game, random, before))
            if after.get("sources") and random.random() < 0.5:
                after["sources"][0]["stated"] = stated(game, random)
            items[record] = Item(len(game.of(record)), before, after)
        else:
            new = [item.after for item in items.values() if item.base == 0 and item.after]
            for made in one_of_each_row([*new, new_document(game, random)])[len(new) :]:
                items[made["id"]] = Item(0, None, made)
    kind: Any = random.choice(("edit", "import"))
    given = [
        ProposedItem(
            Draft(record, item.base, item.before, item.after),
            findings=[
                {"code": "x", "field": "internal_note", "value": word}
                for word in words_of(item.after, "internal_note")
            ],
            duplicates=game.records()[:1],
        )
        for record, item in items.items()
    ]

    def then(proposal: str) -> None:
        game.proposals[proposal] = Proposed(actor, kind, items)

    return Move(
        lambda: actions.propose(actor=actor, why=WHY, kind=kind, items=given, pack=game.pack),
        needs=needs("propose", *(one for i in items.values() for one in (i.before, i.after))),
        then=then,
    )


def accept(game: Game, actor: Actor, random: Random) -> Move:
    """The acceptance of a proposal or a part of it, however much has changed since."""
    proposal, row, chosen = some_proposal(game, random)
    rebased = {record: rebase(game, record, row.items[record]) for record in chosen}
    afters = {record: after for record, (after, _) in rebased.items()}
    fits = all(ok for _, ok in rebased.values())
    for record, after in afters.items():
        new = set((after or {}).get("related", ())) - set(
            (game.now(record) or {}).get("related", ())
        )
        arriving = {one for one, document in afters.items() if document is not None}
        fits &= all(one in arriving or game.now(game.final(one)) is not None for one in new)

    def then(done: Any) -> None:
        for record in chosen:
            row.items[record] = Item(row.items[record].base, None, None, waits=False)

    def shown(record: str) -> tuple[Document | None, Document | None]:
        ok = rebased[record][1]
        return (game.now(record) if ok else row.items[record].before), afters[record]

    documents = [one for record in chosen for one in shown(record)]
    return Move(
        lambda: actions.accept(
            actor=actor, why=WHY, proposal=proposal, pack=game.pack, records=chosen or None
        ),
        needs=[*needs("review", *documents), *needs("commit", *documents)],
        works=bool(chosen) and fits,
        expected={record: State(after) for record, after in afters.items()},
        kind=row.kind,
        then=then,
        anyone=not chosen,
    )


def some_proposal(game: Game, random: Random) -> tuple[str, Proposed, list[str]]:
    """A proposal, and those of its records that wait, or some of them."""
    if not game.proposals:
        return new_ulid(), Proposed(Actor(""), "edit", {}), []
    proposal = random.choice([*game.proposals][-4:])
    row = game.proposals[proposal]
    chosen = [record for record, item in row.items.items() if item.waits]
    if random.random() < 0.3:
        chosen = chosen[:1]
    return proposal, row, chosen


def rebase(game: Game, record: str, item: Item) -> tuple[Document | None, bool]:
    """What a proposed record would be now, and whether it can be."""
    now, after = game.now(record), item.after
    if item.base != len(game.of(record)):
        if item.before is None or after is None or now is None:
            return after, False
        asked, since = differing(item.before, after), differing(item.before, now).keys()
        gone = erased_since(game, record, item.base)
        since |= {path for path in asked if path.partition(".")[0] in gone}
        if any(path in since and flat(now).get(path) != new for path, (_, new) in asked.items()):
            return after, False
        after = with_paths(now, {path: new for path, (_, new) in asked.items()})
        if item.after.get("sources") != item.before.get("sources"):
            after["sources"] = restated(item.before, item.after, now)
    coming = keys_of(after) - keys_of(now)
    return after, all(
        record in (game.rows.get(key, record), game.final(game.rows.get(key, record)))
        for key in coming
    )


def keys_of(document: Document | None) -> set[str]:
    """The rows of the data set that a document is made of."""
    return {one["key"] for one in (document or {}).get("sources", ())}


def restated(before: Document, after: Document, now: Document) -> list[Document]:
    """The rows of a record with those cells set that a proposal stated anew."""
    old, new, made = (
        {one["key"]: one["stated"] for one in document.get("sources", ())}
        for document in (before, after, now)
    )
    for key, texts in new.items():
        known = old.get(key, {})
        stays = {p: t for p, t in made.get(key, {}).items() if p in texts or p not in known}
        made[key] = stays | {p: t for p, t in texts.items() if known.get(p) != t}
    return [{"name": SOURCE, "key": key, "stated": texts} for key, texts in made.items()]


def reject(game: Game, actor: Actor, random: Random) -> Move:
    """A word against a proposal, by who may decide or who made it."""
    proposal, row, chosen = some_proposal(game, random)
    documents = [
        one for record in chosen for one in (row.items[record].before, row.items[record].after)
    ]

    def then(done: Any) -> None:
        for record in chosen:
            item = row.items[record]
            # Nobody needs what is personal of it any more.
            row.items[record] = Item(
                item.base,
                stripped(item.before, lambda part, value: part in PERSONAL),
                stripped(item.after, lambda part, value: part in PERSONAL),
                waits=False,
            )

    return Move(
        lambda: actions.reject(
            actor=actor, word=WHY, proposal=proposal, pack=game.pack, records=chosen or None
        ),
        needs=[] if actor == row.actor else needs("review", *documents),
        works=bool(chosen),
        then=then,
        anyone=not chosen,
    )


def judge(game: Game, actor: Actor, random: Random) -> Move:
    """Whether two records are the same thing."""
    one, other = pick(random, game.records()), pick(random, game.records())
    verdict: Any = random.choice(("same", "different", "unsure"))
    documents = [game.now(one), game.now(other)]
    works = one != other and None not in documents
    return Move(
        lambda: actions.judge(
            actor=actor, why=WHY, one=one, other=other, verdict=verdict, pack=game.pack
        ),
        needs=needs("judge", *documents),
        works=works,
        anyone=not works,
    )


def write_draft(game: Game, actor: Actor, random: Random) -> Move:
    """An unfinished form about a record."""
    record = pick(random, game.present())
    text = {"internal_note": game.word(), "name.en": game.word()}

    def then(draft: str) -> None:
        gone = erased_since(game, record, 1)
        game.drafts[draft] = (actor, record, {k: v for k, v in text.items() if k not in gone})

    return Move(
        lambda: actions.save_draft(
            actor=actor, type_name="relic", stated=text, record=record, base=1
        ),
        needs=[("propose", {"type": "relic", **NOWHERE})],
        then=then,
    )


NOWHERE = {
    "place": {"candidates": [{"code": WARD}, {"code": OTHER_WARD}]},
}
"""A form has no record yet, so that only the role is asked for."""


def erase(game: Game, actor: Actor, random: Random) -> Move:
    """A person's value goes for good."""
    name = random.choice((*PERSONAL, "internal_note", "internal_note", "description"))
    holding = [one for one in game.records() if game.words_of(one, name)]
    record = pick(random, holding if random.random() < 0.8 else game.records())

    def do() -> Any:
        return actions.erase(actor=actor, why=WHY, record=record, field=name, pack=game.pack)

    if game.last(record) is None or name not in PERSONAL:
        return Move(do, works=False, anyone=True)
    group = game.joined(record)
    values = {text for one in group for text in game.words_of(one, name)}
    carried = {one for one in game.ever_merged_into(group) if game.words_of(one, name) & values}
    reach = group | carried
    waiting = in_hand(game, name, values, reach)
    return Move(
        do,
        needs=needs("erase", *(game.last(one) for one in reach)),
        works=bool(values or waiting),
        expected={
            one: State(stripped(game.now(one), dropping(name, values)), game.state(one).target)
            for one in reach
        },
        kind="erase",
        then=lambda done: forget(game, name, values, reach, waiting),
    )


def in_hand(game: Game, name: str, values: set[str], records: set[str]) -> list[Any]:
    """What waits or is unfinished and has a value of the field: of these records any, of others
    one of the values."""
    found: list[Any] = []
    for row in game.proposals.values():
        for record, item in row.items.items():
            held = words_of(item.before, name) | words_of(item.after, name)
            if held & values or (record in records and held):
                found.append(item)
    for _, record, texts in game.drafts.values():
        if record in records and name in texts:
            found.append(texts)
    return found


def forget(
    game: Game, name: str, values: set[str], reach: set[str], waiting: Sequence[Any]
) -> None:
    """Erase from the memory: from what was, from what waits, and from what people have in hand."""
    game.gone |= values
    for entry in game.entries:
        if entry.record in reach:
            entry.document = stripped(entry.document, dropping(name, values))
    for one in reach:
        game.erased.setdefault(one, []).append((len(game.of(one)), name))
    for item in waiting:
        if isinstance(item, dict):
            game.gone.add(item.pop(name))
            continue
        held = words_of(item.before, name) | words_of(item.after, name)
        game.gone |= held
        item.before = stripped(item.before, dropping(name, held))
        item.after = stripped(item.after, dropping(name, held))


def dropping(name: str, values: set[str]) -> Callable[[str, Any], bool]:
    """Whether a part of a document is a value that goes."""
    return lambda part, value: part == name and bool(words_in(value) & values)


def load(game: Game, actor: Actor, random: Random) -> Move:
    """Another state of the pack is loaded; the one before is of no use from then on."""
    rules = random.choice(ALL_RULES)
    if rules == game.rules:
        return Move(lambda: actions.load_pack(actor=actor, why=WHY, pack=game.pack), anyone=True)

    def do() -> None:
        actions.load_pack(actor=actor, why=WHY, pack=game.packs[rules])
        game.rules = rules

    return Move(do, kind="pack", anyone=True)


def use_old_pack(game: Game, actor: Actor, random: Random) -> Move:
    """Someone whose program has not seen the new pack yet."""
    other = next(one for one in ALL_RULES if one != game.rules)
    made = new_document(game, random)
    return Move(
        lambda: actions.commit(
            actor=actor,
            why=WHY,
            kind="import",
            drafts=[Draft(made["id"], 0, None, made)],
            pack=game.packs[other],
        ),
        works=False,
        anyone=True,
    )


MOVES: dict[str, tuple[int, Callable[[Game, Actor, Random], Move]]] = {
    "create": (5, create),
    "bring in": (4, bring_in),
    "edit": (8, edit),
    "undo": (5, undo),
    "merge": (5, merge),
    "split": (3, split),
    "withdraw": (2, withdraw),
    "restore": (2, restore),
    "propose": (4, propose),
    "accept": (4, accept),
    "reject": (1, reject),
    "judge": (1, judge),
    "draft": (1, write_draft),
    "erase": (3, erase),
    "load": (1, load),
    "old pack": (1, use_old_pack),
}
"""Name to how often it comes (in all), and the move."""
