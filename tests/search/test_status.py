"""How the indexes are, as the commands tell it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from khue.model.packs import Pack
from khue.search import following, generations
from khue.search.status import IndexStatus, status_of
from tests.conftest import Khue, run_khue
from tests.search.conftest import both, fork, found, search
from tests.search.samples import MemoryLedger, relic, ulid
from tests.search.samples import pack as sample_pack

State = Callable[[], IndexStatus]


@pytest.fixture
def ledger() -> MemoryLedger:
    return MemoryLedger(relic(1, "Đình So"), relic(2, "Chùa Láng"))


@pytest.fixture
def state(folder: Path, ledger: MemoryLedger, pack: Pack) -> State:
    return lambda: status_of("public", folder, ledger, pack)


def test_it_tells_how_far_an_index_has_followed(
    state: State, folder: Path, ledger: MemoryLedger, pack: Pack
) -> None:
    before = state()
    assert (before.faults, before.behind, before.ok) == (("missing",), 2, False)
    following.catch_up(both(folder), ledger, pack)
    after = state()
    assert (after.position, after.head, after.behind, after.entries) == (2, 2, 0, 2)
    assert (after.ok, after.faults, after.damaged, after.writer) == (True, (), (), None)
    assert folder / after.generation == generations.current(folder)
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    assert after.size == sum(sizes) > 5_000
    ledger.commit(relic(1, "Đình Sổ"))
    assert (state().behind, state().ok) == (1, False)


def test_it_tells_who_writes_and_disturbs_nobody(
    state: State, folder: Path, ledger: MemoryLedger, pack: Pack
) -> None:
    following.catch_up(both(folder), ledger, pack)
    ledger.commit(relic(3, "Đền Và"))
    ready, say = os.pipe()
    child = fork(folder)
    if child == 0:
        with generations.lock(folder):
            os.write(say, b".")
            signal.pause()
    os.read(ready, 1)
    assert (state().writer, state().behind, state().ok) == (child, 1, True)
    os.kill(child, signal.SIGKILL)  # with its number in the file
    os.waitpid(child, 0)
    assert (state().writer, state().ok) == (None, False)
    with generations.lock(folder) as held:
        assert held
        assert state().writer == os.getpid()
    assert state().writer is None


def test_it_tells_what_has_to_be_rebuilt(
    state: State, folder: Path, ledger: MemoryLedger, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    following.catch_up(both(folder), ledger, pack)
    assert status_of("public", folder, ledger, sample_pack(sha256="1" * 64)).faults == ("layout",)
    assert status_of("public", folder, MemoryLedger(), pack).faults == ("ahead",)
    ledger.withdraw(ulid(2))
    monkeypatch.setattr(following, "_rebuild", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        following.catch_up(both(folder), ledger, pack)
    assert (state().faults, state().entries, state().ok) == (("position",), 1, False)


def test_it_finds_each_file_that_is_damaged(
    state: State, folder: Path, ledger: MemoryLedger, pack: Pack
) -> None:
    following.catch_up(both(folder), ledger, pack)
    segment = [one for one in (folder / state().generation).iterdir() if len(one.stem) == 32]
    assert len(segment) > 5
    for path in segment:
        whole = path.read_bytes()
        for number, harmed in enumerate((b"x" + whole[1:], whole[:-1], whole[:-9] + b"}" * 9, b"")):
            replace(path, harmed)
            if harmed != whole:
                assert state().damaged == (path.name,), number
        replace(path, whole)
    assert state().ok
    replace(folder / state().generation / "meta.json", b"{")
    assert (state().faults, state().damaged) == (("unreadable", "damaged"), ("meta.json",))
    assert following.rebuild(both(folder), ledger, pack) == 2
    assert state().ok


def replace(path: Path, data: bytes) -> None:
    """Write a file anew, beside the one that is open (to cut that short would end this process)."""
    fresh = path.with_name("fresh")
    fresh.write_bytes(data)
    fresh.replace(path)


@pytest.mark.parametrize("harm", ["erased", "closed"])
def test_what_must_go_is_found_by_nobody_while_an_index_is_rebuilt(
    harm: str, folder: Path, ledger: MemoryLedger, pack: Pack
) -> None:
    """From the first moment, however long it takes, and whoever rebuilds."""
    for work in (following.catch_up, following.rebuild):
        ledger.commit(relic(3, "Đền Và", description={"vi": "zyxwkin"}))
        following.catch_up(both(folder), ledger, pack)
        assert found(search(folder, "zyxwkin")) == ["Đền Và"]
        if harm == "erased":
            ledger.erase(relic(3, "Đền Và"))
        else:
            ledger.commit(relic(3, "Đền Và", description={"vi": "zyxwkin"}, visibility="staff"))
        seen: list[list[str]] = []

        def ids(sight: str, seen: list[list[str]] = seen) -> Iterator[str]:
            seen.append(found(search(folder, "zyxwkin")))
            return MemoryLedger.ids(ledger, sight)

        ledger.ids = ids
        work(both(folder), ledger, pack)
        assert seen == [[]]
        assert found(search(folder, "zyxwkin")) == []
        del ledger.ids


def test_the_commands(khue: Khue, tmp_path: Path) -> None:
    """`khue index status` and `rebuild`, in both languages and as JSON."""
    rows = tmp_path / "kiem-ke.csv"
    rows.write_text("Mã số,Tên di tích\n1,Đình So\n2,Chùa Láng\n", encoding="utf-8")
    fresh = khue("index", "status", check=1)
    assert "Chưa có" in fresh.out
    khue("import", rows, "--type", "relic", "--commit")
    told = khue("index", "status", "--json").json
    assert told["ok"]
    assert [one["index"] for one in told["indexes"]] == ["public", "staff"]
    for one in told["indexes"]:
        assert (one["position"], one["behind"], one["entries"]) == (one["head"], 0, 2)
        assert one["current_layout"]
        assert one["bytes"] > 5_000
    assert khue("index", "rebuild", "--json").json == {"entries": 2}
    again = khue("index", "status", "--json").json
    made = [one["generation"] for one in again["indexes"]]
    assert not {one["generation"] for one in told["indexes"]} & {*made}
    home: Path = khue.home  # type: ignore[attr-defined]
    harmed = next((home / "index" / "staff" / made[1]).glob("*.store"))
    harmed.write_bytes(harmed.read_bytes()[:-1])
    english = run_khue(
        home, "index", "status", check=1, environment={"KHUE_LANG": "en"}
    ).out.splitlines()
    assert english[0].startswith("Public index: at position 3 of 3, 2 records, ")
    assert english[0].endswith(" kB")
    assert english[-1] == f"  Damaged files: {harmed.name}. Run khue index rebuild."
    assert "Đã dựng lại hai chỉ mục: 2 hồ sơ." in khue("index", "rebuild").out
    khue("index", "status")
