"""A backup is the whole registry at one moment; a restore is all of it or nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests import postgres
from tests.conftest import ROOT, khue_environment, run_khue
from tests.pipeline.traces import traces, workbook
from tests.pipeline.zygote import SQLITE, Zygote
from tests.work import wait_for

pytestmark = pytest.mark.xdist_group("backup")

HERE = "tests.pipeline.test_backup"
PASSWORD = "bốn từ chẳng liên quan"


class World:
    """A home with something in every table, its records, and a backup of it."""

    def __init__(self, zygote: Zygote, home: Path, records: dict[str, str], backup: Path) -> None:
        self.zygote = zygote
        self.home = home
        self.records = records
        self.backup = backup

    def run(self, *arguments: object, home: Path | None = None, code: int = 0, **more: Any) -> Any:
        ended = self.zygote.watch(home or self.home, *arguments, "--json", **more)
        assert ended.code == code, (ended.out, ended.err)
        return ended.json

    def error(self, *arguments: object, code: int = 1, home: Path | None = None) -> str:
        """What a command that is refused says in English."""
        return str(self.run(*arguments, code=code, home=home)["error"]["message"]["en"])


@pytest.fixture(scope="module")
def world(zygote: Zygote, template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("backup")
    home = folder / "kept"
    postgres.copy_home(template_home, home)
    records = zygote.call(home, f"{HERE}:fill", folder / "given")
    made = World(zygote, home, records, folder / "registry.zip")
    made.run("backup", made.backup)
    return made


def fill(folder: str) -> dict[str, str]:
    """Something in every table, in this home."""
    from khue.accounts.users import Wish, add_user
    from khue.model.rights import OPERATOR
    from khue.pipeline import house, import_file, judge_records
    from khue.registry import archive
    from tests.pipeline.traces import sow

    records = sow(folder)
    mapping = Path(folder) / "mapping.yaml"
    mapping.write_text("columns:\n  Cột lạ: description.vi\n", encoding="utf-8")
    us: Any = {"actor": OPERATOR, "why": "thử"}
    more = Path(folder) / "them.xlsx"
    more.write_bytes(workbook("0900 000 000"))
    import_file(house(), more, type_name="person", commit=True, mapping=mapping, **us)
    judge_records(house(), records["artisan"], records["other"], verdict="different", **us)
    add_user(Wish("mai", ["officer"], ["00001"], ["relic"]), PASSWORD)
    assert [one.name for one in archive.TABLES if not any(archive.rows_of(one))] == ["erasures"]
    return records


@pytest.fixture
def copy(world: World, tmp_path: Path) -> World:
    """The home, to do something with."""
    home = tmp_path / "copy"
    postgres.copy_home(world.home, home)
    return World(world.zygote, home, world.records, world.backup)


@pytest.fixture
def new(template_home: Path, tmp_path: Path) -> Path:
    """A home in which nothing was ever said."""
    home = tmp_path / "new"
    postgres.copy_home(template_home, home)
    return home


def content(path: Path) -> dict[str, Any]:
    """All that a backup holds, without when and by what it was written."""
    with zipfile.ZipFile(path) as parts:
        manifest = json.loads(parts.read("manifest.json"))
        assert set(parts.namelist()) == {*manifest["members"], "manifest.json"}
        for name, member in manifest["members"].items():
            assert len(parts.read(name)) == member["size"]
    return {key: value for key, value in manifest.items() if key not in ("at", "khue")}


def test_a_backup_says_what_it_holds(world: World, tmp_path: Path) -> None:
    out = tmp_path / "out.zip"
    told = world.run("backup", out)
    verified = world.run("verify")
    assert {key: told[key] for key in ("changes", "records", "head")} == {
        key: verified[key] for key in ("changes", "records", "head")
    }
    assert (told["path"], told["size"]) == (str(out), out.stat().st_size)
    # Lists that came, came again and were proposed; what no ledger names is not kept.
    assert (told["sources"], told["files"], told["findings"]) == (4, 1, [])
    assert out.stat().st_mode & 0o777 == 0o600
    assert not out.with_name("out.zip.part").exists()
    assert content(out) == content(world.backup)
    assert content(out)["pack"]["name"] == "vietnam"


def test_no_backup_is_replaced_unless_asked(world: World, tmp_path: Path) -> None:
    out = tmp_path / "out.zip"
    out.write_text("mine")
    assert "is there already" in world.error("backup", out)
    assert out.read_text() == "mine"
    world.run("backup", out, "--force")
    assert content(out) == content(world.backup)
    assert "outside of KHUE_HOME" in world.error("backup", world.home / "x.zip", code=2)
    assert "cannot be written" in world.error("backup", tmp_path / "no" / "x.zip", code=2)


def test_a_new_home_gets_all_of_it(world: World, new: Path, tmp_path: Path) -> None:
    told = world.run("restore", world.backup, home=new)
    verified = world.run("verify")
    assert told["safety"] is None
    assert told["erased"] == 0
    assert world.run("verify", home=new) == verified
    again = tmp_path / "again.zip"
    world.run("backup", again, home=new)
    assert content(again) == content(world.backup)
    # Search finds it, people get in, forms and lists wait as they did.
    found = world.run("search", "Bướm", home=new)
    assert found == world.run("search", "Bướm")
    assert world.run("user", "list", home=new) == world.run("user", "list")
    assert world.zygote.call(new, f"{HERE}:lets_in", "mai", PASSWORD)
    listed = world.run("proposals", "list", home=new)
    assert listed == world.run("proposals", "list")
    assert len(listed) == 2
    picture = world.records["picture"]
    assert len(list(new.glob(f"files/*/{picture}"))) == 1


def lets_in(name: str, password: str) -> bool:
    """Whether a user's password is still the right one."""
    from django.contrib.auth.models import User

    return User.objects.get(username=name).check_password(password)


def test_what_was_here_is_kept_and_comes_back(copy: World, tmp_path: Path) -> None:
    copy.run("edit", copy.records["other"], "name.en=Lotus", "--why", "dịch")
    copy.run("user", "disable", "mai")
    now, before = copy.run("verify"), content(copy.backup)
    told = copy.run("restore", copy.backup)
    assert told["head"] == before["head"] != now["head"]
    assert copy.run("search", "Lotus")["total"] == 0
    assert [one["active"] for one in copy.run("user", "list")["users"]] == [True]
    safety = Path(told["safety"])
    assert safety.parent == copy.home / "backups"
    assert safety.stat().st_mode & 0o777 == 0o600
    copy.run("restore", safety)
    assert copy.run("verify") == now
    assert copy.run("search", "Lotus")["total"] == 1
    assert [one["active"] for one in copy.run("user", "list")["users"]] == [False]


@pytest.mark.parametrize("seed", range(2))
def test_whatever_was_done_comes_back_the_same(
    world: World, template_home: Path, new: Path, tmp_path: Path, seed: int
) -> None:
    home = tmp_path / "played"
    postgres.copy_home(template_home, home)
    world.zygote.call(home, f"{HERE}:play", seed)
    one, other = tmp_path / "one.zip", tmp_path / "other.zip"
    world.run("backup", one, home=home)
    world.run("restore", one, home=new)
    assert world.run("verify", home=new)["ok"]
    world.run("backup", other, home=new)
    assert content(one) == content(other)


def play(seed: str) -> None:
    """A registry by chance: records come, change, are merged, withdrawn, proposed, erased."""
    from khue.lib.identifiers import new_ulid
    from khue.model.errors import KhueError
    from khue.model.rights import OPERATOR
    from khue.pipeline import house
    from khue.registry import actions, drafting

    random, pack = Random(seed), house().pack
    us: Any = {"actor": OPERATOR, "why": "thử “\u2028” \\ \U0001f3ef", "pack": pack}
    records: list[str] = []
    batches: list[str] = []

    def create() -> Any:
        records.append(new_ulid())
        document = {"id": records[-1], "type": "person", "name": {"vi": f"Người {len(records)}"}}
        document |= {"contact_phone": f"09{random.randrange(10**8):08}", "other": {"a": "ệ\n\t"}}
        drafts = [actions.Draft(records[-1], 0, None, document)]
        return actions.commit(kind="import", drafts=drafts, **us)

    def edit() -> Any:
        record = random.choice(records)
        version, now = drafting.heads([record])[record]
        changes = {"internal_note": f"ghi chú {random.randrange(9)}"}
        if now and random.random() < 0.3:
            draft = actions.Draft(record, version, now, now | changes)
            return actions.propose(kind="edit", items=[actions.ProposedItem(draft)], **us)
        return actions.edit(record=record, base=version, changes=changes, **us)

    moves: list[Callable[[], Any]] = [
        create,
        edit,
        edit,
        lambda: actions.merge(winner=random.choice(records), loser=random.choice(records), **us),
        lambda: actions.split(record=random.choice(records), **us),
        lambda: actions.withdraw(record=random.choice(records), **us),
        lambda: actions.undo(batch=random.choice(batches), **us),
        lambda: actions.erase(record=random.choice(records), field="contact_phone", **us),
    ]
    create()
    for _ in range(40):
        try:
            done = random.choice(moves)()
        except KhueError:
            continue
        if isinstance(done, actions.Committed):
            batches.append(done.batch)


EDITOR = """
import sys
import django
django.setup()
from khue.model.errors import KhueError
from khue.model.rights import OPERATOR
from khue.pipeline import edit_record, house, prepare_home
prepare_home()
for number in range(100_000):
    try:
        edit_record(house(), sys.argv[1], {"internal_note": f"{number}"}, actor=OPERATOR, why="sửa")
        print("saved", flush=True)
    except KhueError as error:
        print("refused:", error, flush=True)
"""


@pytest.fixture
def editor(copy: World) -> Iterator[Callable[[], None]]:
    """A process that edits a record all the time; gives a function that waits for its next edit."""
    process = subprocess.Popen(
        [sys.executable, "-c", EDITOR, copy.records["artisan"]],
        env=khue_environment(copy.home) | {"DJANGO_SETTINGS_MODULE": "khue.settings"},
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None
    out = process.stdout.fileno()
    told = os.read(out, 100_000).decode()
    assert told, "the editor did not begin"
    os.set_blocking(out, False)

    def saved() -> int:
        nonlocal told
        with suppress(BlockingIOError):
            told += os.read(out, 100_000).decode()
        return told.count("saved\n")

    def wait_for_next() -> None:
        before = saved()
        wait_for(lambda: saved() > before)

    yield wait_for_next
    process.kill()
    process.wait()


def test_a_backup_is_of_one_moment(
    copy: World, editor: Callable[[], None], new: Path, tmp_path: Path
) -> None:
    """(That others save while it is made: `test_what_is_committed_meanwhile_is_not_half_in_it`.)"""
    heads = set()
    for number in range(2):
        out = tmp_path / f"{number}.zip"
        heads.add(copy.run("backup", out)["head"])
        editor()
    assert len(heads) == 2
    copy.run("restore", out, home=new)
    assert copy.run("verify", "--head", content(out)["head"], home=new)["ok"]
    # What those saved who were at it meanwhile starts from what is there, or is refused.
    copy.run("restore", copy.backup)
    editor()
    assert copy.run("verify", "--head", content(copy.backup)["head"])["ok"]


KILLED_RESTORE = (
    ("Khôi phục các bảng 11/", 0.0), ("Chép tệp của hồ sơ 1/", 0.03),
    ("Cập nhật chỉ mục", 0.0), ("Cập nhật chỉ mục", 0.03),
)  # fmt: skip
"""What the command had said when it was killed, and how many seconds before. (More points are in
`test_kill_actions`; here it is about what search finds.)"""


@pytest.fixture(scope="module")
def edited(world: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The home with one edit more than its backup."""
    home = tmp_path_factory.mktemp("edited") / "home"
    postgres.copy_home(world.home, home)
    made = World(world.zygote, home, world.records, world.backup)
    made.run("edit", world.records["other"], "name.en=Lotus", "--why", "dịch")
    return made


@pytest.mark.parametrize(("words", "wait"), KILLED_RESTORE)
def test_a_restore_that_was_killed_is_all_or_nothing(
    edited: World, tmp_path: Path, words: str, wait: float
) -> None:
    home = tmp_path / "copy"
    postgres.copy_home(edited.home, home)
    since: list[float] = []

    def look(err: str, seconds: float) -> bool:
        if words in err:
            since.append(seconds)
        return bool(since) and seconds - since[0] >= wait

    edited.zygote.watch(home, "restore", edited.backup, look=look)
    # The next command is a search: it has to see the registry that there is.
    found = edited.run("search", "Lotus", home=home)["total"]
    after = edited.run("verify", home=home)
    assert after["ok"]
    assert (after["head"] == content(edited.backup)["head"]) == (found == 0)
    if words == "Cập nhật chỉ mục":
        assert found == 0, "what was committed stays"
    if found:
        edited.run("verify", "--head", after["head"], home=home)
        edited.run("restore", edited.backup, home=home)
        assert edited.run("search", "Lotus", home=home)["total"] == 0
    assert not (home / "unfinished").exists()


Change = Callable[[dict[str, bytes]], None]


def rewritten(path: Path, out: Path, change: Change) -> Path:
    """A backup with other members; sizes and hashes in its manifest follow if that is not changed
    itself."""
    import hashlib

    with zipfile.ZipFile(path) as parts:
        members = {name: parts.read(name) for name in parts.namelist()}
    manifest = members["manifest.json"]
    change(members)
    if members.get("manifest.json") == manifest:
        told = json.loads(manifest)
        told["members"] = {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "rows": 0}
            for name, data in members.items()
            if name != "manifest.json"
        }
        members["manifest.json"] = json.dumps(told).encode()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, data in members.items():
            parts.writestr(name, data)
    return out


def sets(name: str, value: bytes) -> Change:
    return lambda members: members.__setitem__(name, value)


def edits(name: str, old: bytes, new: bytes) -> Change:
    def change(members: dict[str, bytes]) -> None:
        assert old in members[name]
        members[name] = members[name].replace(old, new, 1)

    return change


def drops(name: str) -> Change:
    return lambda members: members.__delitem__(name)


def moves(name: str, change: Callable[[bytes], bytes]) -> Change:
    return lambda members: members.__setitem__(name, change(members[name]))


CHANGES, DRAFTS = "tables/changes.jsonl", "tables/drafts.jsonl"
BUTTERFLY, BUTTERFLIES = "Nguyễn Thị Bướm".encode(), "Nguyễn Thị Bướn".encode()
NOT_WHOLE, NO_NAME, ALTERED = "not whole", "nothing in a backup is called", "altered"
UNFIT = "cannot be used"
FORGED: dict[str, tuple[Change, str]] = {
    "a value": (edits(CHANGES, BUTTERFLY, BUTTERFLIES), NOT_WHOLE),
    "a reason": (edits("tables/batches.jsonl", "thử".encode(), b"thu"), NOT_WHOLE),
    "a personal value": (edits("tables/personal.jsonl", b"001099377004", b"1"), NOT_WHOLE),
    "the tail": (moves(CHANGES, lambda data: data.rsplit(b"\n", 2)[0] + b"\n"), ALTERED),
    "a table": (drops("tables/personal.jsonl"), "would not be whole"),
    "a member without its manifest": (sets("files/" + "0" * 64, b"x"), ALTERED),
    "a way out": (sets("../../evil", b"x"), NO_NAME),
    "an absolute path": (sets("/evil", b"x"), NO_NAME),
    "a form, with its manifest as it was": (
        lambda members: members.update(
            {
                DRAFTS: members[DRAFTS].replace(b"internal_note", b"internal_nota"),
                "manifest.json": members["manifest.json"] + b" ",
            }
        ),
        ALTERED,
    ),
    "a row that is none": (sets(DRAFTS, b'["id"]\n{"id": 1}\n'), ALTERED),
    "a line without an end": (sets(DRAFTS, b'["id"]\n["x"]'), ALTERED),
    "no JSON": (sets(DRAFTS, b"nothing\n"), "is damaged"),
    "an unknown column": (sets(DRAFTS, b'["id", "evil"]\n["x", 1]\n'), UNFIT),
    "an empty manifest": (sets("manifest.json", b"{}"), "is no backup"),
    "no manifest": (drops("manifest.json"), "is no backup"),
    "the future": (edits("manifest.json", b'"version": 1', b'"version": 2'), "newer version"),
    "erasures that are none": (
        edits("manifest.json", b'"erasures": []', b'"erasures": [1]'),
        UNFIT,
    ),
    "missing what": (edits("manifest.json", b'"missing": {', b'"missing": {"x": ["y"], '), UNFIT),
    "another head": (edits("manifest.json", b'"head": "', b'"head": "0'), ALTERED),
    "bytes": (lambda members: sets(source_in(members), b"x")(members), ALTERED),
}
"""What someone may have done to a backup, and what is said of it."""


def source_in(members: dict[str, bytes]) -> str:
    return next(name for name in members if name.startswith("sources/"))


def test_forged_backups_change_nothing(world: World, tmp_path: Path) -> None:
    before = world.run("verify")
    for what, (change, words) in FORGED.items():
        forged = rewritten(world.backup, tmp_path / "forged.zip", change)
        assert words in world.error("restore", forged), what
        assert not (world.home / "unfinished").exists()
        assert list(world.home.glob("backups/*")) == []
    assert world.run("verify") == before


def test_damaged_files_change_nothing(world: World, tmp_path: Path) -> None:
    data, bad = world.backup.read_bytes(), tmp_path / "bad.zip"
    before = world.run("verify")
    random = Random(0)
    cut = [data[: len(data) * share // 7] for share in range(7)]
    flipped = []
    for _ in range(8):
        at = random.randrange(len(data))
        flipped.append(data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :])
    for damaged in (*cut, *flipped, b"PK\5\6" + bytes(18), b"khue"):
        bad.write_bytes(damaged)
        told = world.zygote.watch(world.home, "restore", bad, "--json")
        if told.code == 0:  # a bit that means nothing, such as the date of a member
            assert content(bad) == content(world.backup)
        else:
            assert told.json["error"]["mend"]["en"]
            assert len(list(world.home.glob("crashes/*"))) == 1
    assert "cannot be read" in world.error("restore", tmp_path / "none.zip")
    assert world.run("verify") == before


def test_a_bomb_is_not_unpacked(world: World, tmp_path: Path) -> None:
    bomb = rewritten(
        world.backup, tmp_path / "bomb.zip", sets("tables/drafts.jsonl", bytes(100_000_000))
    )
    assert bomb.stat().st_size < 1_000_000
    assert "would unpack to 100,000,000 bytes" in world.error("restore", bomb)


def test_names_twice_are_refused(world: World, tmp_path: Path) -> None:
    twice = tmp_path / "twice.zip"
    shutil.copy(world.backup, twice)
    with zipfile.ZipFile(twice, "a") as parts, pytest.warns(UserWarning, match="Duplicate"):
        parts.writestr("tables/drafts.jsonl", b"[]\n")
    assert "twice" in world.error("restore", twice)


def test_bytes_that_are_not_there_are_told(copy: World, new: Path, tmp_path: Path) -> None:
    kept = set(content(copy.backup)["members"])
    lost, altered, *_ = (
        path for path in sorted(copy.home.glob("sources/*/*")) if f"sources/{path.name}" in kept
    )
    lost.unlink()
    altered.write_bytes(b"x")
    out = tmp_path / "out.zip"
    told = copy.run("backup", out, code=1)
    codes = {one["code"]: one["value"] for one in told["findings"]}
    assert codes == {"source_missing": lost.name, "source_altered": altered.name}
    told = copy.run("restore", out, home=new)
    missing = {("source_missing", lost.name), ("source_missing", altered.name)}
    assert {(one["code"], one["value"]) for one in told["findings"]} == missing
    assert len(list(new.glob("sources/*/*"))) == 2


def test_what_is_committed_meanwhile_is_not_half_in_it(copy: World, tmp_path: Path) -> None:
    out = tmp_path / "out.zip"
    record = copy.records["other"]
    changes = copy.zygote.call(copy.home, f"{HERE}:back_up_while_editing", out, record)
    assert content(out)["changes"] == changes
    assert copy.run("verify")["changes"] == changes + 10


def back_up_while_editing(out: str, record: str) -> int:
    """Edit something from another thread before each table is read; gives the changes before."""
    import threading

    from django.db import connection

    from khue.model.rights import OPERATOR
    from khue.pipeline import backups, edit_record, house
    from khue.registry import queries

    read = backups.archive.rows_of

    def edit(text: str) -> None:
        edit_record(house(), record, {"internal_note": text}, actor=OPERATOR, why="sửa")
        connection.close()

    def rows_of(table: Any) -> Any:
        if table.name != "sources":  # the view begins with what is read first
            thread = threading.Thread(target=edit, args=[f"trước {table.name}"])
            thread.start()
            thread.join()
        return read(table)

    before = queries.head()
    backups.archive.rows_of = rows_of
    backups.back_up(Path(out), actor=OPERATOR)
    return before


def test_what_is_erased_meanwhile_is_not_in_it(copy: World, tmp_path: Path) -> None:
    out = tmp_path / "out" / "out.zip"
    out.parent.mkdir()
    copy.zygote.call(copy.home, f"{HERE}:back_up_while_erasing", out, copy.records["artisan"])
    assert not {"identity", "old identity"} & set(traces(copy.home, out.parent))
    assert len(content(out)["erasures"]) == 1


def back_up_while_erasing(out: str, record: str) -> None:
    """Erase something in the very moment between reading the tables and copying the bytes."""
    from khue.model.rights import OPERATOR
    from khue.pipeline import backups, erase_field, house

    begun = backups._write_archive
    attempts: list[int] = []

    def write(*arguments: Any) -> Any:
        done = begun(*arguments)
        if not attempts:
            erase_field(house(), record, "national_id", actor=OPERATOR, why="yêu cầu")
        attempts.append(1)
        return done

    backups._write_archive = write
    backups.back_up(Path(out), actor=OPERATOR)
    assert len(attempts) == 2


def test_an_altered_ledger_is_not_backed_up(copy: World, tmp_path: Path) -> None:
    copy.zygote.call(copy.home, f"{HERE}:tamper")
    assert "not whole" in copy.error("backup", tmp_path / "out.zip")
    assert not (tmp_path / "out.zip").exists()
    # But it can be replaced by one that is whole, and is not thrown away.
    told = copy.run("restore", copy.backup)
    assert [one["code"] for one in told["findings"]] == ["backup_not_whole"]
    assert Path(told["safety"]).exists()
    assert copy.run("verify")["ok"]


def tamper() -> None:
    """Alter a change behind the ledger's back."""
    from django.db import connection, transaction

    from khue.registry.append_only import Protect, dropping

    connection.disable_constraint_checking()
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in dropping("registry_change", connection.vendor):
            cursor.execute(statement)
        cursor.execute("UPDATE registry_change SET actor = 'ai đó' WHERE seq = 3")
        with connection.schema_editor() as editor:
            Protect("registry_change", "seq").database_forwards("registry", editor, None, None)


@pytest.mark.xdist_group("postgresql")
def test_from_one_database_to_the_other_and_back(world: World, new: Path, tmp_path: Path) -> None:
    other = SQLITE if postgres.ON_POSTGRESQL else postgres.server().create("khue_restored_here")
    there, back = tmp_path / "there", tmp_path / "back.zip"
    there.mkdir()
    shutil.copy(new / "secret-key", there)
    told = world.run("restore", world.backup, home=there, database=other)
    assert told["head"] == content(world.backup)["head"]
    assert world.run("verify", home=there, database=other) == world.run("verify")
    assert (there / "khue.sqlite3").exists() == postgres.ON_POSTGRESQL
    # In place too.
    edit = ("edit", world.records["other"], "name.en=Lotus", "--why", "dịch")
    world.run(*edit, home=there, database=other)
    assert world.run("restore", world.backup, home=there, database=other)["safety"]
    world.run("backup", back, home=there, database=other)
    assert content(back) == content(world.backup)
    world.run("restore", back, home=new)
    assert world.run("verify", home=new) == world.run("verify")


def test_another_state_of_the_pack_follows(world: World, new: Path, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(ROOT / "packs" / "vietnam", pack)
    path = pack / "types" / "person.yaml"
    text = path.read_text(encoding="utf-8")
    assert "synonyms: dân tộc\n" in text
    path.write_text(text.replace("synonyms: dân tộc\n", "synonyms: dân tộc | tộc người\n"), "utf-8")
    environment = {"KHUE_PACK": str(pack)}
    told = run_khue(new, "restore", world.backup, "--json", environment=environment).json
    assert told["changes"] == content(world.backup)["changes"] + 1
