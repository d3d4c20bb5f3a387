"""Several people play with the registry at random, and a naive memory of what should be true.

Each move says beforehand who may make it, whether it should succeed and what should be there after
it, from what the memory holds and by rules written anew here, as simply as possible. The registry
is then asked to do it, and must agree. Every text is a word of its own (`tk00042`), so that a word
says where it was written, and nothing else can look like it.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from django.db import connection

from khue.model.errors import KhueError
from khue.model.packs import Pack
from khue.model.rights import Actor
from khue.registry import actions, drafting, queries
from khue.registry.models import Batch, Change, Judgement, ProposalItem, Record, WorkingDraft

Document = dict[str, Any]

WARD, OTHER_WARD = "00070", "00166"
STAFF_TEXT = {"relic": "dossier", "dish": "food_safety_note"}
PERSONAL = ("internal_note", "contact_phone", "other")
PUBLIC_FIELDS = frozenset({"name", "description", "significance", "identifiers", "website"})

OPERATOR = Actor("operator", frozenset({"administrator"}))
PLAYERS = (
    OPERATOR,
    Actor("người duyệt", frozenset({"reviewer"})),
    Actor("cán bộ", frozenset({"officer"})),
    Actor("cán bộ phường", frozenset({"officer"}), units=frozenset({WARD})),
    Actor("người duyệt phường", frozenset({"reviewer"}), units=frozenset({WARD})),
    Actor("cán bộ món ăn", frozenset({"officer", "viewer"}), types=frozenset({"dish"})),
    Actor("cộng tác viên", frozenset({"contributor"})),
    Actor("quản trị phường", frozenset({"administrator"}), units=frozenset({OTHER_WARD})),
    Actor("người xem", frozenset({"viewer"})),
    Actor("người lạ"),
)

ADMINISTRATOR = {"administrator"}
REVIEWER = {"reviewer", *ADMINISTRATOR}
OFFICER = {"officer", *REVIEWER}
CONTRIBUTOR = {"contributor", *OFFICER}
WHO_MAY = {
    "propose": CONTRIBUTOR, "judge": CONTRIBUTOR, "commit": OFFICER, "review": REVIEWER,
    "undo": REVIEWER, "merge": REVIEWER, "withdraw": REVIEWER, "erase": ADMINISTRATOR,
}  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """What a state of the pack closes and opens, beside what the pack of the repository says."""

    closed_fields: frozenset[str] = frozenset()
    opens_staff_text: bool = False
    closed_type: str = ""

    def is_open(self, document: Document | None) -> bool:
        if document is None:
            return False
        default = "staff" if document["type"] == self.closed_type else "public"
        return bool(document.get("visibility", default) == "public")

    def fields(self, type_: str) -> frozenset[str]:
        opened = {STAFF_TEXT[type_]} if self.opens_staff_text else set()
        return PUBLIC_FIELDS - self.closed_fields | opened


ALL_RULES = (
    Rules(),
    Rules(closed_fields=frozenset({"significance"})),
    Rules(closed_type="dish"),
    Rules(closed_fields=frozenset({"description"}), opens_staff_text=True),
)


def pack_by(pack: Pack, rules: Rules) -> Pack:
    """A state of the pack that has other rules."""
    if rules == Rules():
        return pack
    types = {}
    for name, type_ in pack.types.items():
        closed = type_.fields.keys() & rules.closed_fields
        fields = {one: replace(type_.fields[one], visibility="staff") for one in closed}
        if rules.opens_staff_text and name in STAFF_TEXT:
            opened = STAFF_TEXT[name]
            fields[opened] = replace(type_.fields[opened], visibility="public")
        types[name] = replace(type_, fields={**type_.fields, **fields})
        if name == rules.closed_type:
            types[name] = replace(types[name], visibility="staff")
    return replace(pack, types=types, sha256=sha256(repr(rules).encode()).hexdigest())


@dataclass
class Entry:
    """A change as it was seen right after it was made."""

    seq: int
    record: str
    batch: str
    kind: str
    document: Document | None
    target: str | None
    rules: Rules


@dataclass
class Item:
    """One record of a proposal."""

    base: int
    before: Document | None
    after: Document | None
    waits: bool = True


@dataclass
class Proposed:
    """A proposal: who made it, of which kind, and its records."""

    actor: Actor
    kind: str
    items: dict[str, Item]


@dataclass(frozen=True)
class State:
    """What a record should be: its document or, once merged, the record that it redirects to."""

    document: Document | None
    target: str | None = None


@dataclass
class Move:
    """A move before it is made.

    `needs` is what its player has to be allowed to do to which documents. `works` says whether it
    should succeed for who may; `expected` are the records that it should change; `then` notes in
    the memory what is no change of a record.
    """

    do: Callable[[], Any]
    needs: list[tuple[str, Document]] = field(default_factory=list)
    works: bool = True
    expected: dict[str, State] = field(default_factory=dict)
    kind: str = ""
    then: Callable[[Any], None] = lambda done: None
    anyone: bool = False


class Game:
    """The registry, and the memory of it."""

    def __init__(self, pack: Pack) -> None:
        self.packs = {rules: pack_by(pack, rules) for rules in ALL_RULES}
        self.rules = Rules()
        self.entries: list[Entry] = []
        self.gone: set[str] = set()
        self.proposals: dict[str, Proposed] = {}
        self.drafts: dict[str, tuple[Actor, str, dict[str, str]]] = {}
        self.erased: dict[str, list[tuple[int, str]]] = {}
        self.rows: dict[str, str] = {}
        self.once_open: set[str] = set()
        self.origin: dict[str, str] = {}
        self.log: list[str] = []
        self._words = 0
        actions.load_pack(actor=OPERATOR, why="thử", pack=self.pack)

    @property
    def pack(self) -> Pack:
        """The pack that is loaded."""
        return self.packs[self.rules]

    def word(self) -> str:
        """A word that nobody has written."""
        self._words += 1
        return f"tk{self._words:05}"

    # What the memory knows.

    def of(self, record: str) -> list[Entry]:
        """All that was seen of a record, oldest first."""
        return [one for one in self.entries if one.record == record]

    def state(self, record: str) -> State:
        """What a record is now."""
        seen = self.of(record)
        return State(seen[-1].document, seen[-1].target) if seen else State(None)

    def now(self, record: str) -> Document | None:
        """The document of a record."""
        return self.state(record).document

    def last(self, record: str) -> Document | None:
        """The last document that a record had."""
        found = [one.document for one in self.of(record) if one.document is not None]
        return found[-1] if found else None

    def records(self) -> list[str]:
        """All records there ever were."""
        return list(dict.fromkeys(one.record for one in self.entries))

    def present(self) -> list[str]:
        """The records that are there."""
        return [one for one in self.records() if self.now(one) is not None]

    def passed(self, record: str) -> list[str]:
        """A record and those that it redirects to, one after the other."""
        way = [record]
        while (target := self.state(way[-1]).target) is not None:
            assert target not in way, f"redirects go round: {way}"
            way.append(target)
        return way

    def final(self, record: str) -> str:
        """Where a record's redirects end."""
        return self.passed(record)[-1]

    def losers(self, record: str) -> list[str]:
        """The records that redirect to this one directly."""
        return [one for one in self.records() if self.state(one).target == record]

    def joined(self, record: str) -> set[str]:
        """All records that are one with this one."""
        return {one for one in self.records() if self.final(one) == self.final(record)}

    def ever_merged_into(self, records: set[str]) -> set[str]:
        """The records that one of these ever redirected to, at once or through others."""
        found: set[str] = set()
        while step := {
            one.target
            for one in self.entries
            if one.target is not None and one.record in records | found and one.target not in found
        }:
            found |= step
        return found - records

    def words_of(self, record: str, name: str) -> set[str]:
        """The words that a field of a record has ever held, or a source stated for it."""
        return {word for one in self.of(record) for word in words_of(one.document, name)}

    def remembered(self) -> set[str]:
        """All words that are still somewhere."""
        documents = [one.document for one in self.entries]
        items = [item for row in self.proposals.values() for item in row.items.values()]
        return words_in([*documents, *((one.before, one.after) for one in items)])

    def batches(self) -> list[str]:
        """All batches, oldest first."""
        return list(dict.fromkeys(one.batch for one in self.entries))

    # Playing.

    def play(self, name: str, actor: Actor, move: Move) -> None:
        """Make a move; the registry must answer as the memory says."""
        told = f"{name} by {actor.who}"
        mark, seq = fingerprint(), queries.head()
        allowed = move.anyone or all(allows(actor, *need) for need in move.needs)
        try:
            done = move.do()
        except (KhueError, actions.Stale) as error:
            findings = [one.code for one in getattr(error, "findings", ())]
            self.log.append(f"{told}: {type(error).__name__} {error} {findings}")
            assert fingerprint() == mark, "what was refused was done"
            assert not (allowed and move.works), "this should have been done"
            return
        names = ", ".join(one[-4:] for one in move.expected)
        self.log.append(f"{told}: {names}, position {queries.head()}")
        assert allowed, "what one may not do was done"
        assert move.works, "this should have been refused"
        self._remember(seq, actor, move)
        move.then(done)

    def _remember(self, seq: int, actor: Actor, move: Move) -> None:
        fresh = Change.objects.filter(seq__gt=seq).order_by("seq").select_related("batch")
        names = [one.record for one in fresh]
        heads = drafting.heads(names)
        redirects = dict(Record.objects.filter(id__in=names).values_list("id", "merged_into"))
        for one in fresh:
            assert (one.actor, one.batch.actor, one.batch.why) == (actor.who, actor.who, "thử")
            assert one.batch.kind == move.kind
            if one.record == "pack":
                continue
            document = heads[one.record][1]
            if move.kind == "pack":
                assert State(document, redirects[one.record]) == self.state(one.record)
            else:
                got, want = State(document, redirects[one.record]), move.expected.get(one.record)
                assert got == want, (move.kind, got, want)
            assert heads[one.record][0] == len(self.of(one.record)) + 1
            self.entries.append(
                Entry(
                    one.seq, one.record, one.batch_id, one.batch.kind, document,
                    redirects[one.record], self.rules,
                )
            )  # fmt: skip
            # A merge brings the words of another record; whose they are was seen before.
            for word in words_in(document):
                self.origin.setdefault(word, one.record)
            for row in (document or {}).get("sources", ()):
                self.rows.setdefault(row["key"], one.record)
        if move.kind != "pack":
            assert set(names) == set(move.expected), "other records changed than should"
        self.note_open()

    def note_open(self) -> None:
        """Note which records everyone may see by now."""
        self.once_open |= {one for one in self.present() if self.rules.is_open(self.now(one))}


def fingerprint() -> tuple[Any, ...]:
    """What would be another if anything had been written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(version), sum(version) FROM registry_record")
        records = cursor.fetchone()
    items = ProposalItem.objects.order_by("id").values_list("status", "before", "after")
    return (
        queries.head_hash(),
        records,
        tuple(items),
        Judgement.objects.count(),
        tuple(WorkingDraft.objects.order_by("id").values_list("id", "stated")),
        Batch.objects.count(),
    )


def allows(actor: Actor, action: str, document: Document) -> bool:
    """Who may do what, said once more."""
    if not actor.roles & WHO_MAY[action]:
        return False
    if actor.types is not None and document["type"] not in actor.types:
        return False
    units = {one["code"] for one in document.get("place", {}).get("candidates", ())}
    return actor.units is None or bool(actor.units & units)


def needs(action: str, *documents: Document | None) -> list[tuple[str, Document]]:
    return [(action, one) for one in documents if one is not None]


# Documents, naively.


def flat(document: Document | None) -> Document:
    """A document by the paths that are edited and compared by themselves."""
    found: Document = {}
    for name, value in (document or {}).items():
        if name in ("name", "description", "significance"):
            found |= {f"{name}.{language}": text for language, text in value.items()}
        elif name not in ("id", "type", "sources"):
            found[name] = value
    return found


def differing(old: Document | None, new: Document | None) -> dict[str, tuple[Any, Any]]:
    """The paths in which two documents differ, with both values."""
    one, other = flat(old), flat(new)
    return {
        path: (one.get(path), other.get(path))
        for path in one.keys() | other.keys()
        if one.get(path) != other.get(path)
    }


def with_paths(document: Document, changes: Mapping[str, Any]) -> Document:
    """The document with paths set or (None) taken away."""
    made = copy.deepcopy(document)
    for path, value in changes.items():
        name, _, language = path.partition(".")
        inside = made.setdefault(name, {}) if language else made
        if value is None:
            inside.pop(language or name, None)
        else:
            inside[language or name] = value
        if language and not inside:
            del made[name]
    return made


def words_in(value: Any) -> set[str]:
    """All words that were written into a value."""
    return set(re.findall(r"tk\d{5}", json.dumps(value, ensure_ascii=False)))


def words_of(document: Document | None, name: str) -> set[str]:
    """The words in a field of a document and in what was stated for it."""
    return {word for part, value in parts(document) if part == name for word in words_in(value)}


def parts(document: Document | None) -> Iterator[tuple[str, Any]]:
    """Top-level fields with their values, and with each text that was stated for them."""
    for name, value in (document or {}).items():
        if name != "sources":
            yield name, value
    for source in (document or {}).get("sources", ()):
        for path, text in source["stated"].items():
            yield path.partition(".")[0], text


def stripped(document: Document | None, drop: Callable[[str, Any], bool]) -> Document | None:
    """The document without the fields and stated texts that are to be dropped."""
    if document is None:
        return None
    made = {name: value for name, value in document.items() if not drop(name, value)}
    if "sources" in made:
        made["sources"] = [
            source
            | {
                "stated": {
                    path: text
                    for path, text in source["stated"].items()
                    if not drop(path.partition(".")[0], text)
                }
            }
            for source in made["sources"]
        ]
    return made


def public_words(document: Document, rules: Rules, sensitive: bool) -> set[str]:
    """The words of a document that everyone may see."""
    shown = rules.fields(document["type"])
    found: set[str] = set()
    for name, value in parts(document):
        if name in shown or (name == "place" and not sensitive):
            found |= words_in(value)
    return found
