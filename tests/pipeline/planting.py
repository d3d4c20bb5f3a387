"""A registry full of planted secrets, made from the pack, and how to recognise them anywhere.

Every planted text is one word with Vietnamese marks and a plain tail (`Bímậtzqx0042`), so that the
tail is found in whatever form it may have taken: typed, folded, escaped, in an address. Dates,
figures and points that no other record has stand in fields that hold no text.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from khue import pipeline, search
from khue.lib.identifiers import new_ulid
from khue.model.packs import Column, Field, Pack, Type
from khue.model.rights import OPERATOR, Actor
from khue.pipeline import House, SourceNote
from khue.registry import actions, drafting, queries
from tests.pipeline import figures_sown, happenings

PACK_SOURCE = "so-kiem-ke"
"""The public name of the data set that all files of a type belong to."""

DAYS = (("03-21", "21/3", "21 March"), ("04-22", "22/4", "22 April"), ("05-23", "23/5", "23 May"))
"""The days of secret dates, as they may be written."""

FIGURES = re.compile(
    # Each begins with a figure and looks behind that: so most of a text is passed over at once.
    r"0(?<!\d0)[1-9]\d\d-(?:03-21|04-22|05-23)"
    r"|2(?<!\d2)(?:(?:1/3|2/4|3/5)/0?[1-9]\d\d(?!\d)|(?:1 March|2 April|3 May) [1-9]\d\d(?!\d)"
    # (not within a digest, nor the seconds of a time)
    r"|(?<!\d:2)1[.,]04[89]\d\d)"
    r"|7(?<!\d7)(?:(?<![A-Za-z]7)31\d{4}(?![0-9A-Za-z])|[.,]31\d[.,]\d{3})"
    r"|1(?<!\d1)(?<!\d:1)05[.,]04[89]\d\d"
)
"""The shapes of secret days, figures and points; no open value has one of them."""


ANSWERS = {
    "staff": 404,
    "restricted": 404,
    "closing": 404,
    "undone": 404,
    "hidden": 404,
    "referrer": 404,
    "withdrawn": 410,
    "withdrawn while closed": 404,
    "loser": 301,
    "closed winner": 404,
    "closed loser": 404,
}
"""What the addresses of records answer whose part is such a one; all others show their record."""


@dataclass(frozen=True)
class Plant:
    """Something planted: `where` says in which field of which record, `texts` how it may show.

    `once` marks what was public for a while: the index may still hold its words, unreachable.
    """

    where: str
    value: str
    texts: tuple[str, ...]
    once: bool = False


@dataclass
class Plants:
    """All that was planted. `secrets` may show nowhere, `openly` must show."""

    secrets: list[Plant] = field(default_factory=list)
    openly: list[Plant] = field(default_factory=list)
    _counted: int = 0
    _dates: int = 0
    _texts: dict[str, list[int]] = field(default_factory=dict)
    _texts_of: int = 0

    def secret(self, where: str, *, once: bool = False) -> str:
        """A new secret word."""
        tail = f"zqx{self._next():05}"
        self.secrets.append(Plant(where, f"Bímật{tail}", (tail,), once))
        return self.secrets[-1].value

    def open(self, where: str) -> str:
        """A new word that everyone may see."""
        tail = f"zpb{self._next():05}"
        self.openly.append(Plant(where, f"Rộngmở{tail}", (tail,)))
        return self.openly[-1].value

    def date(self, where: str, *, once: bool = False) -> str:
        """A secret day that no other secret has, in the first thousand years."""
        of_days, of_years = divmod(self._dates, 900)
        self._dates += 1
        (day, by_number, by_name), year = DAYS[of_days], f"{of_years + 100:04}"
        bare = year.lstrip("0")
        shown = (f"{year}-{day}", f"{by_number}/{bare}", f"{by_name} {bare}", f"{by_number}/{year}")
        self.secrets.append(Plant(where, shown[0], shown, once))
        return shown[0]

    def figure(self, where: str, *, once: bool = False) -> int:
        """A secret figure."""
        number = 7_310_000 + self._next()
        shown = (str(number), f"{number:,}", f"{number:,}".replace(",", "."))
        self.secrets.append(Plant(where, shown[0], shown, once))
        return number

    def point(self, where: str, *, once: bool = False) -> str:
        """A secret point in Hà Nội as `lat, lon`; its first two decimals give nothing away."""
        tail = f"{4_870_000 + self._next() * 7:07}"
        shown = tuple(f"{whole}{mark}0{tail[:4]}" for whole in (21, 105) for mark in ".,")
        value = f"21.0{tail[:6]}, 105.0{tail[:6]}"
        self.secrets.append(Plant(where, value, shown, once))
        return value

    def told_in(self, text: str) -> list[str]:
        """Where the secrets that a text tells were planted."""
        words = {tail.lower() for tail in re.findall(r"zqx\d{5}", text, re.IGNORECASE)}
        words |= set(FIGURES.findall(text))
        told = {number for word in words for number in self._by_text().get(word, ())}
        return [self.secrets[number].where for number in sorted(told)]

    def _by_text(self) -> dict[str, list[int]]:
        """The numbers of the secrets that may show as a text; made anew when more are planted."""
        if self._texts_of != len(self.secrets):
            self._texts.clear()
            for number, one in enumerate(self.secrets):
                for text in one.texts:
                    self._texts.setdefault(text, []).append(number)
            self._texts_of = len(self.secrets)
        return self._texts

    def shown_in(self, text: str) -> set[str]:
        """Where the open words that a text shows were planted."""
        words = {tail.lower() for tail in re.findall(r"zpb\d{5}", text, re.IGNORECASE)}
        return {one.where for one in self.openly if one.texts[0] in words}

    def _next(self) -> int:
        self._counted += 1
        return self._counted


@dataclass
class World:
    """A planted registry: its pack, its plants, records by type and part played, and files by
    sha256: whether everyone may see them, and whether they are documents."""

    pack: Pack
    home: Path
    names: list[str]
    plants: Plants = field(default_factory=Plants)
    records: dict[tuple[str, str], str] = field(default_factory=dict)
    files: dict[str, bool] = field(default_factory=dict)
    papers: dict[str, bool] = field(default_factory=dict)
    _passed: dict[str, list[int]] = field(default_factory=dict)

    def passed(self, record: str) -> list[int]:
        """The positions of all changes of a record, newest first. Ask when all is planted."""
        if record not in self._passed:
            history = queries.history(OPERATOR, record, self.pack)
            self._passed[record] = [one.seq for one in history]
        return self._passed[record]

    @property
    def types(self) -> dict[str, Type]:
        """The types that are planted."""
        return {name: self.pack.types[name] for name in self.names}

    def public(self) -> list[str]:
        """Records that everyone may see."""
        parts = self._parts()
        return [one for one in self.records.values() if self._answer(parts[one]) == 200]

    def answer(self, record: str) -> int:
        """What the address of a record answers."""
        return self._answer(self._parts()[record])

    def _parts(self) -> dict[str, str]:
        """The part that each record plays; the first, where it plays several."""
        parts: dict[str, str] = {}
        for (_, part), record in self.records.items():
            parts.setdefault(record, part)
        return parts

    def _answer(self, part: str) -> int:
        return ANSWERS.get(part.partition(":")[0], 200)

    @property
    def closed(self) -> list[str]:
        """The visibilities that are not for everyone."""
        codes = self.pack.vocabularies["record_visibility"].concepts
        return [code for code in codes if code != "public"]

    @property
    def house(self) -> House:
        """The installation with the pack that is loaded."""
        return House(self.pack)

    def actor(self) -> Actor:
        """Someone with every right whose name nobody may read."""
        return Actor(self.plants.secret("actor"), frozenset({"administrator"}))

    def commit(self, *documents: dict[str, Any]) -> None:
        """New records without a file behind them."""
        actions.commit(
            actor=self.actor(),
            why=self.plants.secret("why of a batch"),
            kind="import",
            drafts=[actions.Draft(one["id"], 0, None, one) for one in documents],
            pack=self.pack,
        )

    def edit(self, record: str, **stated: str) -> None:
        """An edit as `khue edit` makes it."""
        pipeline.edit_record(
            self.house,
            record,
            {path.replace("__", "."): text for path, text in stated.items()},
            actor=self.actor(),
            why=self.plants.secret("why of an edit"),
        )

    def bring_in(self, type_: Type, rows: dict[str, dict[str, str]], source: str) -> str:
        """Import a file with one row for each part; gives its batch."""
        name = self.plants.secret("name of a source file")
        folder = self.home.parent / f"files-{type_.name}-{source}"
        folder.mkdir()
        heading = self.plants.secret(f"{type_.name}: heading of an unmapped column")
        rows = {
            part: row | {heading: self.plants.secret(f"{type_.name}.other of {part}")}
            for part, row in rows.items()
        }
        headings = list(dict.fromkeys(path for row in rows.values() for path in row))
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, headings, restval="")
            writer.writeheader()
            writer.writerows(rows.values())
        key = first_secret_text(type_)
        mapping = folder / "mapping.yaml"
        if key is not None:
            mapping.write_text(yaml.safe_dump({"key": [key.path]}))
        report = pipeline.import_file(
            self.house,
            path,
            type_name=type_.name,
            actor=self.actor(),
            why=self.plants.secret("why of an import"),
            commit=True,
            note=SourceNote(source, {"vi": self.plants.open("title of a source")}),
            mapping=mapping if key else None,
        )
        problems = [one for one in report.findings if one.level == "error"]
        assert not problems, [(one.code, one.field, one.value, one.values) for one in problems]
        assert report.created == len(rows)
        assert report.batch is not None
        self.records |= {
            (type_.name, part): record for part, record in zip(rows, report.records, strict=True)
        }
        return report.batch


def first_secret_text(type_: Type) -> Field | None:
    """A field that the public may not see and that holds text, but of no person: here, the key of
    each row."""
    return next(
        (
            one
            for one in type_.fields.values()
            if one.visibility != "public" and one.kind == "text" and not one.personal
        ),
        None,
    )


def is_public(type_: Type, path: str) -> bool:
    """Whether everyone may see a leaf: it and the statement it is in are public."""
    top = type_.fields[path.partition(".")[0]]
    leaf = type_.field(path) or type_.field(path.rpartition(".")[0])
    return top.visibility == "public" and leaf is not None and leaf.visibility == "public"


def covering(pack: Pack) -> list[str]:
    """Names of types that have together every shape of field that the pack has. What is told of a
    field depends on nothing else; all types would take ten minutes."""
    shapes = {type_.name: set(_shapes(type_)) for type_ in pack.types.values()}
    missing = set[object]().union(*shapes.values())
    chosen = ["relic"]
    while missing := missing.difference(*(shapes[name] for name in chosen)):
        chosen.append(max(shapes, key=lambda name: len(shapes[name] & missing)))
    return [name for name in pack.types if name in chosen]


def _shapes(type_: Type) -> Iterator[object]:
    for top in type_.fields.values():
        for leaf in top.leaves():
            closed = (top.visibility, leaf.visibility)
            many = (top.multivalued, leaf.multivalued, leaf is not top)
            yield leaf.kind, *closed, top.personal or leaf.personal, *many, bool(leaf.facet)
    yield "type", type_.visibility


def sow(pack: Pack, home: Path) -> World:
    """Make the whole world. The database and the index must be empty."""
    world = World(pack_before(pack), home, covering(pack))
    types = [pack.types[name] for name in world.names]
    actions.load_pack(actor=world.actor(), why=world.plants.secret("why"), pack=world.pack)
    with indexed_at_the_end(world):
        for type_ in types:
            _sow_hidden(world, type_)
        for type_ in types:
            _sow_early(world, type_)
    world.pack = pack
    pipeline.prepare_home()
    with indexed_at_the_end(world):
        for type_ in types:
            _sow_files(world, type_)
        for type_ in types:
            _sow_deep(world, type_)
            _sow_twins(world, type_)
    with indexed_at_the_end(world):
        for type_ in types:
            _close(world, type_)
            happenings.befall(world, type_)
        figures_sown.sow_figures(world)
    return world


@contextmanager
def indexed_at_the_end(world: World) -> Iterator[None]:
    """Let the index follow once, and not after each of hundreds of steps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "catch_up", lambda *given: 0)
        yield
    search.catch_up(world.pack)


def pack_before(pack: Pack) -> Pack:
    """A state of the pack in which nothing was closed but what is personal."""
    types = {
        name: replace(type_, fields={key: _opened(one) for key, one in type_.fields.items()})
        for name, type_ in pack.types.items()
    }
    return replace(pack, types=types, sha256="0" * 64, _columns={}, _schemas={}, _validators={})


def _opened(one: Field) -> Field:
    if one.personal:
        return one
    return replace(one, visibility="public", fields=tuple(map(_opened, one.fields)))


def _sow_early(world: World, type_: Type) -> None:
    """A record from before its fields were closed: everyone could read, find and follow it all."""
    world.bring_in(type_, {"early": _row(world, type_, "early")}, "so-cu")
    early = world.records[type_.name, "early"]
    opened = [
        one.name
        for one in type_.fields.values()
        if one.kind == "text" and one.visibility != "public" and not one.personal
    ]
    where = {name: f"{type_.name}.{name} of early, edited" for name in opened}
    if opened:
        world.edit(early, **{name: world.plants.secret(text) for name, text in where.items()})
    shown = json.dumps(queries.public_documents([early]), ensure_ascii=False)
    assert set(where.values()) <= set(world.plants.told_in(shown))


def references(type_: Type) -> Iterator[Field]:
    """All reference leaves of a type."""
    for top in type_.fields.values():
        yield from (leaf for leaf in top.leaves() if leaf.kind == "reference")


def _sow_hidden(world: World, type_: Type) -> None:
    """For each reference field of the type, a record to refer to that is not public."""
    made = []
    for leaf in references(type_):
        target = world.pack.types[leaf.targets[0]] if leaf.targets else type_
        where = f"label of a hidden {target.name} that {type_.name}.{leaf.path} refers to"
        record = {
            "id": new_ulid(),
            "type": target.name,
            "name": {"vi": world.plants.secret(where), "en": world.plants.secret(where)},
            "visibility": world.closed[0],
        }
        world.records[type_.name, f"hidden:{leaf.path}"] = record["id"]
        made.append(record)
    world.commit(*made)


def _sow_files(world: World, type_: Type) -> None:
    """Import what columns can state, in the parts that records can play."""
    codes = world.closed
    rows = {
        "open": _row(world, type_, "open"),
        "cleared": _row(world, type_, "cleared"),
        "reopened": _row(world, type_, "reopened"),
        "closing": _row(world, type_, "closing", secret=True, once=True),
        "sensitive": _row(world, type_, "sensitive") | {"location_sensitive": "có"},
        "turned": _row(world, type_, "turned"),
        "erased": _row(world, type_, "erased"),
        "winner": _row(world, type_, "winner"),
        "loser": _row(world, type_, "loser"),
        "closed winner": _row(world, type_, "closed winner", secret=True, once=True),
        "closed loser": _row(world, type_, "closed loser", secret=True, once=True),
        "withdrawn": _row(world, type_, "withdrawn", secret=True, once=True),
        "withdrawn while closed": _row(world, type_, "withdrawn while closed", secret=True)
        | {"visibility": codes[0]},
        **{
            f"{'staff' if number == 0 else 'restricted'}:{code}": _row(
                world, type_, f"closed as {code}", secret=True
            )
            | {"visibility": code}
            for number, code in enumerate(codes)
        },
    }
    for part in ("sensitive", "turned"):
        rows[part] |= _exact_places(world, type_, part)
    # What only the loser says goes to the winner, and stays as closed as it was.
    kept = first_secret_text(type_)
    for path in [path for path in rows["winner"] if not is_public(type_, path)]:
        if kept is None or path != kept.path:
            del rows["winner"][path]
    world.bring_in(type_, rows, PACK_SOURCE)
    undone = world.bring_in(
        type_, {"undone": _row(world, type_, "undone", secret=True, once=True)}, "so-bi-huy"
    )
    pipeline.undo_batch(
        world.house, undone, actor=world.actor(), why=world.plants.secret("why of an undo")
    )
    for leaf in references(type_):
        name = leaf.path.partition(".")[0]
        document = drafting.heads([world.records[type_.name, "open"]])
        whole = document[world.records[type_.name, "open"]][1]
        assert whole is not None
        assert world.records[type_.name, f"hidden:{leaf.path}"] in str(whole[name])


def _row(
    world: World, type_: Type, part: str, *, secret: bool = False, once: bool = False
) -> dict[str, str]:
    """A row with a cell for every column; in public ones a secret too if the row is `secret`."""
    row = {}
    for column in world.pack.columns(type_.name):
        if column.path in ("visibility", "location_sensitive", "invented") or (
            column.field.kind == "identifier" and column.path != "identifiers.unesco"
        ):
            continue
        closed = not is_public(type_, column.path)
        where = f"{type_.name}.{column.path} of {part}"
        text = _cell(world, type_, column, where, closed or secret, once and not closed)
        if text:
            row[column.path] = text
    return row


def _cell(world: World, type_: Type, column: Column, where: str, secret: bool, once: bool) -> str:
    plants, kind = world.plants, column.field.kind
    if kind == "reference":
        return _names(world, type_, column, where)
    if kind in ("text", "language_text", "identifier", "citation"):
        return plants.secret(where, once=once) if secret else plants.open(where)
    if kind == "url":
        return f"https://example.org/{_cell_word(plants, where, secret, once)}"
    if kind == "edtf":
        return plants.date(where, once=once) if secret else "1802-03-21"
    if kind == "quantity":
        number = plants.figure(where, once=once) if secret else 12
        return f"{number} {column.field.unit}"
    if kind in ("integer", "number"):
        # Public figures have bounds (a month has 31 days), so a secret one would not come in.
        return "3" if is_public(type_, column.path) else str(plants.figure(where, once=once))
    if kind == "point":
        return plants.point(where, once=once) if secret else "21.0287, 105.8524"
    if kind == "place":
        word = plants.secret(where, once=once) if secret else plants.open(where)
        return f"thôn {word}, Phường Hoàn Kiếm, Hà Nội"
    if kind == "boolean":
        return "có"
    assert kind == "code", (kind, where)
    assert column.field.vocabulary is not None
    concepts = world.pack.vocabularies[column.field.vocabulary].concepts
    return next(iter(concepts.values())).label["vi"]


def _cell_word(plants: Plants, where: str, secret: bool, once: bool) -> str:
    word = plants.secret(where, once=once) if secret else plants.open(where)
    return word[-8:]


def _names(world: World, type_: Type, column: Column, where: str) -> str:
    """The name of the hidden record of a field and, where there may be several, an unknown one."""
    hidden = world.records[type_.name, f"hidden:{column.path}"]
    names = [drafting.heads([hidden])[hidden][1]["name"]["vi"]]  # type: ignore[index]
    if column.field.multivalued:
        names.append(world.plants.secret(f"{where}, as stated"))
    return "; ".join(names)


def _exact_places(world: World, type_: Type, part: str) -> dict[str, str]:
    """Cells that say exactly where something sensitive is."""
    cells = {}
    once = part == "turned"
    for column in world.pack.columns(type_.name):
        where = f"{type_.name}.{column.path} of {part}, sensitive"
        if column.field.kind in ("point", "place"):
            cells[column.path] = _cell(world, type_, column, where, True, once)
    return cells


def _sow_deep(world: World, type_: Type) -> None:
    """What no column can state: several statements, keys, fields that nobody declared."""
    plants, secret = world.plants, world.plants.secret
    fields: dict[str, Any] = {}
    stated: dict[str, str] = {}
    for top in type_.fields.values():
        for number in (1, 2):
            where = f"{type_.name}.{top.path} of deep, no. {number}"
            if top.kind == "statement" and top.multivalued:
                fields.setdefault(top.name, []).append(_statement(world, top, where))
    for leaf in references(type_):
        stated[leaf.path] = secret(f"{type_.name}.{leaf.path}, only stated")
        if "." not in leaf.path:
            closing = world.records[_planted(world, leaf, type_), "closing"]
            fields[leaf.path] = [closing] if leaf.multivalued else closing
    for path in ("nobody.declared", "nobody", "name.vi.x.y", "managers.nobody", "other.x"):
        if path != "name.vi.x.y":
            stated[path] = secret(f"{type_.name}: stated under {path}")
    record = {
        "id": new_ulid(),
        "type": type_.name,
        "name": {"vi": plants.open(f"{type_.name}.name of deep")},
        **fields,
        "nobody": secret(f"{type_.name}: a field that nobody declared"),
        "sources": [
            {"name": f"nguon-{n}", "key": secret(f"{type_.name}: key of row {n}"), "stated": stated}
            for n in (1, 2)
        ],
    }
    referrer = {
        "id": new_ulid(),
        "type": type_.name,
        "name": {"vi": secret(f"{type_.name}: name of a hidden record that refers to public ones")},
        "visibility": world.closed[0],
    }
    for leaf in references(type_):
        if "." not in leaf.path:
            target = world.records[_planted(world, leaf, type_), "open"]
            referrer[leaf.path] = [target] if leaf.multivalued else target
    world.records[type_.name, "deep"] = record["id"]
    world.records[type_.name, "referrer"] = referrer["id"]
    world.commit(record, referrer)


def _planted(world: World, leaf: Field, type_: Type) -> str:
    """A type that a reference may point to, or its own, of those that are planted."""
    return next((name for name in leaf.targets if name in world.types), type_.name)


def _statement(world: World, top: Field, where: str) -> dict[str, Any]:
    """A statement with something in every member that the public may not see, and in the texts."""
    made: dict[str, Any] = {"nobody": world.plants.secret(f"{where}: a part that nobody declared")}
    for leaf in top.fields:
        if leaf.visibility != "public" or top.visibility != "public":
            made[leaf.name] = _secret_value(world, leaf, f"{where}.{leaf.name}")
        elif leaf.kind == "text":
            made[leaf.name] = world.plants.open(f"{where}.{leaf.name}")
        elif leaf.kind == "code" and leaf.vocabulary:
            made[leaf.name] = next(iter(world.pack.vocabularies[leaf.vocabulary].concepts))
    return made


def _secret_value(world: World, leaf: Field, where: str) -> Any:
    """A value of a field as a record holds it."""
    plants = world.plants
    single: Any
    if leaf.kind == "text":
        single = plants.secret(where)
    elif leaf.kind == "language_text":
        single = {"vi": plants.secret(where), "en": plants.secret(where)}
    elif leaf.kind == "edtf":
        single = plants.date(where)
    elif leaf.kind == "quantity":
        single = {"value": plants.figure(where), "unit": leaf.unit}
    elif leaf.kind in ("integer", "number"):
        single = plants.figure(where)
    elif leaf.kind == "boolean":
        single = False
    elif leaf.kind == "code":
        assert leaf.vocabulary is not None
        single = next(iter(world.pack.vocabularies[leaf.vocabulary].concepts))
    elif leaf.kind == "url":
        single = f"https://example.org/{plants.secret(where)[-8:]}"
    elif leaf.kind == "point":
        lat, lon = plants.point(where).split(", ")
        single = {"lon": float(lon), "lat": float(lat)}
    elif leaf.kind == "citation":
        single = {"text": plants.secret(where)}
    elif leaf.kind == "identifier":
        single = {"scheme": "unesco", "value": plants.secret(where)}
    elif leaf.kind == "statement":
        single = {
            part.name: _secret_value(world, part, f"{where}.{part.name}") for part in leaf.fields
        }
    else:
        raise AssertionError(f"say how a non-public {leaf.kind} is planted ({where})")
    return [single] if leaf.multivalued else single


def _sow_twins(world: World, type_: Type) -> None:
    """Three records that differ only in what the public may not see: they must look the same. From
    one, something will be erased."""
    shown = {
        "type": type_.name,
        "name": {"vi": world.plants.open(f"{type_.name}.name of twins")},
        "description": {"vi": "Như nhau", "en": "The same"},
    }
    stated = {"name.vi": shown["name"]["vi"]}  # type: ignore[index]
    secrets: dict[str, Any] = {}
    told: dict[str, str] = {}
    for top in type_.fields.values():
        where = f"{type_.name}.{top.path} of a twin"
        if top.visibility != "public" and top.name not in ("visibility", "location_sensitive"):
            secrets[top.name] = _secret_value(world, top, where)
            told[top.name] = world.plants.secret(f"{where}, as stated")
    secrets |= {"visibility": "public", "location_sensitive": False}
    full: dict[str, Any] = {
        "id": new_ulid(),
        **shown,
        **secrets,
        "other": {"en": world.plants.secret(f"{type_.name}.other of a twin")},
        "sources": [{"name": PACK_SOURCE, "key": f"{type_.name}:1", "stated": stated | told}],
    }
    bare = {
        "id": new_ulid(),
        **shown,
        "sources": [{"name": PACK_SOURCE, "key": f"{type_.name}:2", "stated": stated}],
    }
    erased = full | {
        "id": new_ulid(),
        "internal_note": world.plants.secret(f"{type_.name}.internal_note of a twin, erased"),
        "sources": [{"name": PACK_SOURCE, "key": f"{type_.name}:3", "stated": stated | told}],
    }
    for part, one in (("twin", full), ("bare twin", bare), ("erased twin", erased)):
        world.records[type_.name, part] = one["id"]
    world.commit(full, bare, erased)


def _close(world: World, type_: Type) -> None:
    """Close, clear and make sensitive what was not, by edits."""
    code = world.closed[0]
    world.edit(world.records[type_.name, "closing"], visibility=code)
    world.edit(world.records[type_.name, "turned"], location_sensitive="có")

    reopened = world.records[type_.name, "reopened"]
    world.edit(reopened, visibility=code)
    world.edit(reopened, description=world.plants.secret(f"{type_.name}.description while closed"))
    world.edit(reopened, description=world.plants.open(f"{type_.name}.description, open again"))
    world.edit(reopened, visibility="public")

    cleared = world.records[type_.name, "cleared"]
    document = drafting.heads([cleared])[cleared][1]
    assert document is not None
    for top in type_.fields.values():
        if top.name not in document:
            continue
        closed = {leaf.name for leaf in top.fields if leaf.visibility != "public"}
        if top.visibility != "public":
            world.edit(cleared, **{top.name: ""})
        elif closed:
            kept = [
                {name: value for name, value in one.items() if name not in closed}
                for one in document[top.name]
            ]
            world.edit(cleared, **{top.name: json.dumps(kept)})
    name = world.plants.open(f"{type_.name}.name.en after clearing")
    world.edit(cleared, name__en=name)
