"""Processes that write one registry at the same time: what each of them did, and what came of it.

Every second one of the eight is on another machine: with a home of its own, hence with indexes of
its own over the same ledger, and with a clock that is hours behind.

`python -m tests.pipeline.writers edits` (or `import`) on a home of its own forks the writers, lets
them go all at once, and tells what they say as one JSON document.
"""

from __future__ import annotations

import csv
import json
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from multiprocessing.sharedctypes import RawArray, RawValue
from pathlib import Path
from typing import Any

from tests.work import HANG_S

WRITERS = 8
ROUNDS = 3
SAVERS = 2
ROWS = 1_500
"""Rows of the import during which others save: more than one lot."""

BEHIND_S = 5 * 3600
"""How far the clock of the other machine is behind."""

OWN_FIELDS = (
    "name.en", "description.vi", "description.en", "architecture.vi", "architecture.en",
    "significance.vi", "significance.en", "objects.vi",
)  # fmt: skip
"""Of the record that all of them edit, each writer has a field of its own."""

SHARED_FIELD = "access.vi"
"""And one field of it to which all of them add."""

Say = Callable[..., None]


def edits() -> dict[str, Any]:
    """Eight writers: each edits the hot record, in a field of its own and in one that all share,
    and a record of its own."""
    hot, *own = create(["Đình làng Nóng", *(f"Đình số {n}" for n in range(WRITERS))])
    told = at_once([lambda say, n=n: write(n, hot, own[n], say) for n in range(WRITERS)])
    indexes = at_once([indexed, lambda say: go_to_other_machine() or indexed(say)])
    return {"hot": hot, "own": own, "told": told, "indexes": indexes, **outcome([hot, *own])}


def imports() -> dict[str, Any]:
    """One imports a file while others save."""
    own = create([f"Đình số {n}" for n in range(SAVERS)])
    saves = Saves()
    with tempfile.TemporaryDirectory() as folder:
        file = write_rows(Path(folder) / "kiem-ke.csv")
        saving = [lambda say, n=n: save(n, own[n], saves, say) for n in range(SAVERS)]
        told = at_once([lambda say: bring_in(file, saves, say), *saving])
    return {"own": own, "told": told, **outcome(own)}


class Saves:
    """How many saves are wanted of each of those who save, how often each has asked for the lock of
    the ledger, and how often it has had it and written; known to all processes."""

    def __init__(self) -> None:
        self.wanted = RawValue("Q", 0)
        self.asked = RawArray("Q", SAVERS)
        self.written = RawArray("Q", SAVERS)
        self.is_over = RawValue("b", 0)

    @contextmanager
    def counting(self, number: int, writing: AbstractContextManager[None]) -> Iterator[None]:
        self.asked[number] += 1
        with writing:
            yield
        self.written[number] += 1

    def want_one(self, step: str, counted: Sequence[int]) -> None:
        """Let everyone save once more, and wait until that is `counted`."""
        self.wanted.value += 1
        deadline = time.monotonic() + HANG_S
        while min(counted) < self.wanted.value:
            assert time.monotonic() < deadline, f"others cannot save: {step}"
            time.sleep(0.002)


def write(number: int, hot: str, own: str, say: Say) -> None:
    from khue.model.rights import Actor
    from khue.pipeline import edit_record, house

    if number % 2:
        go_to_other_machine()
    actor = Actor(f"cán bộ {number}", frozenset({"officer"}))
    for turn in range(ROUNDS):
        add_to_list(actor, hot, f"{number}.{turn}", say)
        for record, field in ((hot, OWN_FIELDS[number]), (own, "name.en")):
            value = f"{number} lần {turn}"
            done = edit_record(house(), record, {field: value}, actor=actor, why="thử")
            say(record=record, field=field, value=value, batch=done.batch if done else None)
        find(own, value, say)


def find(record: str, value: str, say: Say) -> None:
    """Search until one finds what one has saved oneself, whoever indexes it."""
    from khue import search
    from khue.pipeline import house
    from khue.search import door

    # A search that finds the index behind would see to it, and hide that someone has left it so.
    vars(door).update(LOOK_EVERY=3600.0, _looked=time.monotonic())
    begun = time.perf_counter()
    while all(hit.id != record for hit in search.find(search.Query(value), house().pack).hits):
        time.sleep(0.02)
        if (waited := time.perf_counter() - begun) > HANG_S:
            say(lost=value, after=waited)
            return


def go_to_other_machine() -> None:
    """This process has another home from now on, and a clock that is `BEHIND_S` behind."""
    from django.conf import settings

    from khue.registry.actions import committing

    class Behind(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) - timedelta(seconds=BEHIND_S)

    settings.KHUE_HOME = Path(settings.KHUE_HOME) / "other"
    vars(committing)["datetime"] = Behind
    for name, unit in (("time", 1), ("time_ns", 10**9), ("monotonic", 1)):
        right = getattr(time, name)
        vars(time)[name] = lambda right=right, unit=unit: right() - BEHIND_S * unit


def indexed(say: Say) -> None:
    """How far the indexes of this home are behind what those have committed who are here, and
    whether they hold what the registry holds as soon as they are at its head."""
    from khue import search
    from khue.pipeline import house
    from khue.registry import queries
    from khue.search.door import RegistryLedger, _folders
    from tests.search.indexed import assert_equal

    pack = house().pack
    before, head = search.position(), queries.head()
    search.catch_up(pack)
    with tempfile.TemporaryDirectory() as beside:
        assert_equal(_folders(), RegistryLedger(pack), pack, Path(beside))
    say(position=before, head=head, ok=[one.ok for one in search.status(pack)])


def add_to_list(actor: Any, record: str, word: str, say: Say) -> None:
    """Read the text, put a word after it, and save; if someone else was faster, read again."""
    from khue.model.errors import Refused
    from khue.pipeline import house
    from khue.registry import actions, queries

    while True:
        view = queries.get(actor, record, house().pack)
        assert view is not None
        value = f"{view.document.get('access', {}).get('vi', '')} {word}".strip()
        try:
            done = actions.edit(
                actor=actor,
                why="ghi thêm",
                record=record,
                base=view.version,
                changes={SHARED_FIELD: value},
                pack=house().pack,
            )
        except Refused as refused:
            say(conflict=[one.code for one in refused.findings])
        else:
            assert done is not None
            say(record=record, field=SHARED_FIELD, value=value, batch=done.batch)
            return


def bring_in(file: Path, saves: Saves, say: Say) -> None:
    """Import a file. It goes on from each of its steps when everyone else has saved meanwhile; and
    while it has the ledger's lock itself, when everyone waits for that."""
    from khue import search
    from khue.model.rights import OPERATOR
    from khue.pipeline import house, import_file
    from khue.registry import actions, tables
    from khue.registry.actions import committing
    from khue.registry.database import writes_ahead

    steps: list[str] = []

    def others_save(step: str, *_: int) -> None:
        steps.append(step)
        saves.want_one(step, saves.written)

    def others_wait(step: str) -> None:
        steps.append(step)
        saves.want_one(step, saves.asked)

    def after(wait: Callable[[str], None], what: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given, **named: wait(what.__name__) or what(*given, **named)

    vars(actions)["prepare"] = after(others_save, actions.prepare)
    vars(search)["catch_up"] = after(others_save, search.catch_up)
    if writes_ahead():
        vars(tables)["write_new"] = after(others_save, tables.write_new)
    vars(committing)["append"] = after(others_wait, committing.append)
    try:
        report = import_file(
            house(), file, type_name="relic", actor=OPERATOR, why="nhập", commit=True,
            progress=others_save,
        )  # fmt: skip
        say(created=report.created, batch=report.batch, steps=steps)
    finally:
        saves.is_over.value = 1


def save(number: int, record: str, saves: Saves, say: Say) -> None:
    """Save as often as it is wanted until the import is over."""
    from khue.model.rights import OPERATOR
    from khue.pipeline import edit_record, house
    from khue.registry.actions import committing

    alone, turn = committing.writing_alone, 0
    vars(committing)["writing_alone"] = lambda *a, **kw: saves.counting(number, alone(*a, **kw))
    while not saves.is_over.value:
        if turn == saves.wanted.value:
            time.sleep(0.002)
            continue
        turn += 1
        done = edit_record(house(), record, {"name.en": f"{turn}"}, actor=OPERATOR, why="sửa")
        assert done is not None
        say(record=record, value=f"{turn}", batch=done.batch)


def create(names: list[str]) -> list[str]:
    """New records; gives their identifiers."""
    from khue.lib.identifiers import new_ulid
    from khue.model.rights import OPERATOR
    from khue.pipeline import house
    from khue.registry import actions

    documents = [{"id": new_ulid(), "type": "relic", "name": {"vi": name}} for name in names]
    drafts = [actions.Draft(str(one["id"]), 0, None, one) for one in documents]
    actions.commit(actor=OPERATOR, why="tạo", kind="import", drafts=drafts, pack=house().pack)
    return [draft.record for draft in drafts]


def write_rows(path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Mã số", "Tên di tích", "Mô tả"])
        rows.writerows(
            [f"KK-{n:05}", f"Chùa số {n}", "mái ngói, sân gạch " * 5] for n in range(ROWS)
        )
    return path


def at_once(works: list[Callable[[Say], None]]) -> list[list[dict[str, Any]]]:
    """Do each work in a process of its own, all beginning at the same moment; gives what each
    said. What a process raises is its last word."""
    from django.db import connections

    connections.close_all()
    ready, go = os.pipe()
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / str(number) for number in range(len(works))]
        pids = [fork(work, file, ready, go) for work, file in zip(works, files, strict=True)]
        os.close(go)  # at which the pipe ends for all who wait
        for pid in pids:
            os.waitpid(pid, 0)
        return [[json.loads(line) for line in file.read_text().splitlines()] for file in files]


def fork(work: Callable[[Say], None], file: Path, ready: int, go: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        os.close(go)
        with file.open("w", encoding="utf-8") as out:

            def say(**told: Any) -> None:
                print(json.dumps(told), file=out, flush=True)

            try:
                os.read(ready, 1)
                work(say)
            except BaseException:
                say(raised=traceback.format_exc())
    finally:
        os._exit(0)


def outcome(records: list[str]) -> dict[str, Any]:
    """What is there once all have ended."""
    from khue.model.rights import OPERATOR
    from khue.pipeline import house, verify
    from khue.registry import queries

    pack = house().pack
    return {
        "seqs": seqs(),
        "findings": [one.to_json() for one in verify(house()).findings],
        "documents": {
            name: view.document for name, view in queries.get_many(OPERATOR, records, pack).items()
        },
        "versions": {name: list(versions(name)) for name in records},
    }


def seqs() -> dict[str, int]:
    """The last position of each batch."""
    from khue.registry.models import Change

    return dict(Change.objects.order_by("seq").values_list("batch_id", "seq"))


def versions(record: str) -> Iterator[dict[str, Any]]:
    """Every change of a record, oldest first: its batch, its actor, and what it set."""
    from khue.model.rights import OPERATOR
    from khue.pipeline import house
    from khue.registry import queries

    for one in queries.history(OPERATOR, record, house().pack)[::-1]:
        changed = {change.path: change.after for change in one.changed}
        yield {"batch": one.batch.id, "actor": one.actor, "changed": changed}


def main() -> None:
    """Load everything once, then fork."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "khue.settings"
    import django

    django.setup()
    from khue.pipeline import house, prepare_home

    prepare_home()
    house().pack.validate({"type": "relic"})
    print(json.dumps({"edits": edits, "imports": imports}[sys.argv[1]]()))


if __name__ == "__main__":
    main()
