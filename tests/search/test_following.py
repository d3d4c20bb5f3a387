"""The indexes against the ledger: never wrong, never lost, whoever dies or comes between."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
import tantivy

from khue.model.packs import Pack
from khue.model.rights import OPERATOR
from khue.search import following, generations, layout, writing
from khue.search.following import position_of
from khue.search.reading import forget, reader_of
from tests.search.conftest import both, fork, found, search, told
from tests.search.samples import MemoryLedger, pack, person, relic, stated, ulid


def catch_up(folder: Path, ledger: MemoryLedger, pack: Pack) -> int:
    return following.catch_up(both(folder), ledger, pack)


def rebuild(folder: Path, ledger: MemoryLedger, pack: Pack) -> int:
    return following.rebuild(both(folder), ledger, pack)


@pytest.fixture
def ledger() -> MemoryLedger:
    return MemoryLedger(relic(1, "Đình So"), relic(2, "Chùa Láng"))


def test_it_follows(folder: Path, ledger: MemoryLedger, pack: Pack) -> None:
    assert position_of(folder) == 0
    assert catch_up(folder, ledger, pack) == 2
    assert catch_up(folder, ledger, pack) == 0
    assert position_of(folder) == 2
    ledger.commit(relic(3, "Đền Và"), relic(1, "Đình Sổ"))
    ledger.withdraw(ulid(2))
    assert catch_up(folder, ledger, pack) == 3 + 2  # one is taken out, so what is left is rebuilt
    assert found(search(folder)) == ["Đền Và", "Đình Sổ"]
    assert position_of(folder) == 5


def test_the_position_is_no_maximum_and_no_record(
    folder: Path, ledger: MemoryLedger, pack: Pack
) -> None:
    for number in (1, 2):
        ledger.withdraw(ulid(number))
    catch_up(folder, ledger, pack)
    results = search(folder)
    assert (results.total, results.hits, results.facets["type"]) == (0, (), ())
    assert position_of(folder) == 4


def test_a_long_ledger_is_read_in_parts(
    folder: Path, ledger: MemoryLedger, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "CHANGES", 3)
    monkeypatch.setattr(writing, "LOT", 2)
    catch_up(folder, ledger, pack)
    ledger.commit(*(relic(n % 7, f"Đình {n}") for n in range(30)))
    catch_up(folder, ledger, pack)
    assert found(search(folder)) == [f"Đình {n}" for n in range(23, 30)]


def test_entries_made_in_other_processes_are_the_same(
    folder: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "LOT", 4)
    people = [person(90 + n, f"Thánh {n}") for n in range(3)]
    relics = [
        relic(n, f"Đình {n}", venerates=[people[n % 3]["id"]] if n % 2 else [], note=f"sổ {n}")
        for n in range(30)
    ]
    ledger = MemoryLedger(*people, *relics[:20])
    results = []
    for many in (1_000, 1):
        monkeypatch.setattr(following, "MANY", many)
        ledger.commit(*relics[20:])  # first into a new index, then into one that is there
        catch_up(folder, ledger, pack)
        for index in both(folder).values():
            texts = ("", "thánh 1", "đình", "so 7")
            results.append([found(search(index, text, actor=OPERATOR)) for text in texts])
            assert len(results[-1][0]) == 20
            assert found(search(index, "Thánh 1", type="relic", sort="name"))[:1] == ["Đình 1"]
        rebuild(folder, ledger, pack)
    assert results[:2] == results[2:]


def test_half_a_character_in_a_record_harms_nothing(folder: Path, pack: Pack) -> None:
    catch_up(folder, MemoryLedger(relic(1, "Đình So", note="hai \ud800 nửa")), pack)
    assert found(search(both(folder)["staff"], "nua", actor=OPERATOR)) == ["Đình So"]


def test_names_of_others_follow_too(folder: Path, pack: Pack) -> None:
    ledger = MemoryLedger(
        relic(1, "Đền Gióng", venerates=[ulid(3)]), relic(2, "Chùa Láng"), person(3, "Ông Dóng")
    )
    catch_up(folder, ledger, pack)
    assert found(search(folder, "dong", type="relic")) == ["Đền Gióng"]
    ledger.commit(person(3, "Thánh Gióng"))
    assert catch_up(folder, ledger, pack) == 2
    assert found(search(folder, "thánh", type="relic")) == ["Đền Gióng"]
    assert found(search(folder, "dong")) == []
    ledger.commit(person(3, "Thánh Gióng", description={"vi": "một vị thánh"}))
    assert catch_up(folder, ledger, pack) == 1  # the label is the same
    ledger.withdraw(ulid(3))
    catch_up(folder, ledger, pack)
    assert found(search(folder, "thánh")) == []
    assert search(folder).facets["venerates"] == ()
    ledger.commit(person(3, "Thánh Gióng"))
    catch_up(folder, ledger, pack)
    assert found(search(folder, "thánh", type="relic")) == ["Đền Gióng"]


def test_a_name_that_changes_while_it_is_indexed(
    folder: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The relic is read before its person is withdrawn, the person after."""
    monkeypatch.setattr(writing, "LOT", 1)

    class Racing(MemoryLedger):
        def labels(self, ids: Any, sight: Any) -> Any:
            answer = super().labels(ids, sight)
            if ids == [ulid(2)] and self.head() == 2:
                racing.append(answer)
                self.withdraw(ulid(2))
            return answer

    racing: list[Any] = []
    ledger = Racing(relic(1, "Đền Gióng", venerates=[ulid(2)]), person(2, "Ông Dóng"))
    catch_up(folder, ledger, pack)
    assert racing
    for index in both(folder).values():
        assert found(search(index, "dong")) == []
        assert position_of(index) == 3


def test_a_crash_leaves_it_behind_never_wrong(
    folder: Path, ledger: MemoryLedger, pack: Pack
) -> None:
    catch_up(folder, ledger, pack)
    ledger.commit(relic(1, "Đình Khác"), relic(3, "Đền Và"))
    child = fork(folder)
    if child == 0:  # dies between adding and committing, without any clean-up
        vars(following)["marker"] = lambda seq: os.kill(os.getpid(), signal.SIGKILL)
        catch_up(folder, ledger, pack)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert position_of(folder) == 2
    assert found(search(folder)) == ["Chùa Láng", "Đình So"]
    assert catch_up(folder, ledger, pack) == 2
    assert found(search(folder)) == ["Chùa Láng", "Đền Và", "Đình Khác"]


def test_a_crash_within_a_commit_is_in_nobodys_way(
    folder: Path, ledger: MemoryLedger, pack: Pack
) -> None:
    """All files are written, but not the one that tells of them: the next commit writes files of
    the same names."""
    catch_up(folder, ledger, pack)
    ledger.commit(relic(1, "Đình Khác"))
    generation = generations.current(folder)
    assert generation is not None
    before = folder.with_name("before") / generation.name
    shutil.copytree(generation, before)
    catch_up(folder, ledger, pack)
    left = {path.name for path in generation.iterdir()} - {path.name for path in before.iterdir()}
    assert any(name.endswith(".del") for name in left)
    shutil.copy(before / "meta.json", generation)
    forget(folder)
    assert position_of(folder) == 2
    assert catch_up(folder, ledger, pack) == 1
    assert found(search(folder)) == ["Chùa Láng", "Đình Khác"]


def test_another_process_sees_a_commit_at_its_next_search(
    folder: Path, ledger: MemoryLedger, pack: Pack
) -> None:
    """Without being told, and without waiting: commits that follow, and new generations."""
    catch_up(folder, ledger, pack)
    (asked, ask), (answers, answer) = os.pipe(), os.pipe()
    child = fork(folder)
    if child == 0:
        while os.read(asked, 1) == b"?":
            os.write(answer, f"{' '.join(found(search(folder)))}\n".encode())
        os._exit(0)

    def there() -> str:
        os.write(ask, b"?")
        return os.read(answers, 1_000).decode().strip()

    try:
        assert there() == "Chùa Láng Đình So"
        for number in range(3, 6):
            ledger.commit(relic(number, f"Miếu {number}"))
            catch_up(folder, ledger, pack)
            assert f"Miếu {number}" in there()
        for work in (catch_up, rebuild):
            ledger.withdraw(ulid(1))
            work(folder, ledger, pack)
            assert there() == "Chùa Láng Miếu 3 Miếu 4 Miếu 5"
            ledger.commit(relic(1, "Đình So"))
            catch_up(folder, ledger, pack)
            assert "Đình So" in there()
    finally:
        os.write(ask, b".")
        os.waitpid(child, 0)


def test_an_error_while_indexing_rolls_back_and_frees_the_locks(
    folder: Path, ledger: MemoryLedger, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    catch_up(folder, ledger, pack)
    ledger.commit(relic(3, "Đền Và"))
    with monkeypatch.context() as patched:
        patched.setattr(following, "marker", lambda seq: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            catch_up(folder, ledger, pack)
    assert position_of(folder) == 2
    assert catch_up(folder, ledger, pack) == 1


def test_who_cannot_take_the_lock_does_nothing(
    folder: Path, ledger: MemoryLedger, pack: Pack
) -> None:
    staff = both(folder)["staff"]
    with generations.lock(folder) as held:
        assert held
        assert catch_up(folder, ledger, pack) == 2  # the other is free
        assert reader_of(folder) is None
        with generations.lock(staff) as held_too:
            assert held_too
            ledger.commit(relic(3, "Đền Và"))
            assert catch_up(folder, ledger, pack) == 0
    assert catch_up(folder, ledger, pack) == 3 + 1
    assert found(search(folder)) == found(search(staff)) == ["Chùa Láng", "Đền Và", "Đình So"]


def test_each_index_follows_by_its_own_marker(
    folder: Path, ledger: MemoryLedger, pack: Pack
) -> None:
    staff = both(folder)["staff"]
    catch_up(folder, ledger, pack)
    made = generations.current(staff)
    ledger.commit(relic(3, "Đền Và"), relic(1, "Đình Sổ"))
    following.catch_up({"staff": staff}, ledger, pack)  # as when we die between two commits
    assert (position_of(folder), position_of(staff)) == (2, 4)
    ledger.commit(relic(4, "Miếu Gàn"))
    catch_up(folder, ledger, pack)
    assert (position_of(folder), position_of(staff)) == (5, 5)
    names = ["Chùa Láng", "Đền Và", "Đình Sổ", "Miếu Gàn"]
    assert found(search(folder)) == found(search(staff)) == names
    assert generations.current(staff) == made
    shutil.rmtree(folder)
    catch_up(folder, ledger, pack)
    assert found(search(folder)) == names
    assert generations.current(staff) == made


def test_a_record_is_read_once_for_both(folder: Path, pack: Pack) -> None:
    class Counted(MemoryLedger):
        def texts(self, ids: Any, *, whole: bool) -> Any:
            read.append((whole, *ids))
            return super().texts(ids, whole=whole)

    read: list[Any] = []
    ledger = Counted(relic(1, "Đình So"))
    catch_up(folder, ledger, pack)
    ledger.commit(relic(2, "Chùa Láng"))
    catch_up(folder, ledger, pack)
    assert read == [(True, ulid(1)), (True, ulid(2))]


def test_an_index_for_staff_is_never_taken_for_the_public_one(
    folder: Path, ledger: MemoryLedger, pack: Pack
) -> None:
    catch_up(folder, ledger, pack)
    ledger.commit(relic(1, "Đình zyxwkin", visibility="staff"))
    catch_up(folder, ledger, pack)
    shutil.rmtree(folder)
    both(folder)["staff"].rename(folder)
    forget(folder)
    catch_up(folder, ledger, pack)
    assert found(search(folder)) == ["Chùa Láng"]
    assert told(folder, "zyxwkin") == []


def test_entries_of_the_ledger_that_are_no_records(
    folder: Path, ledger: MemoryLedger, pack: Pack
) -> None:
    catch_up(folder, ledger, pack)
    ledger.changes += ["pack", "position"]
    catch_up(folder, ledger, pack)
    for index in both(folder).values():
        assert found(search(index)) == ["Chùa Láng", "Đình So"]
        assert position_of(index) == 4


def test_a_writer_that_knows_no_lock_of_ours(
    folder: Path, ledger: MemoryLedger, pack: Pack
) -> None:
    catch_up(folder, ledger, pack)
    ledger.commit(relic(3, "Đền Và"))
    generation = generations.current(folder)
    writer = tantivy.Index.open(str(generation)).writer(30_000_000, 1)
    assert catch_up(folder, ledger, pack) == 0
    del writer
    assert catch_up(folder, ledger, pack) == 1


def test_what_comes_while_the_lock_is_held_is_not_lost(folder: Path, pack: Pack) -> None:
    class Busy(MemoryLedger):
        def changes_since(self, seq: int, limit: int) -> Any:
            answer = super().changes_since(seq, limit)
            if self.head() < 6:  # someone commits just after we have read, and finds us busy
                self.commit(relic(self.head() + 1, f"Đình {self.head() + 1}"))
                assert catch_up(folder, self, pack) == 0
            return answer

    ledger = Busy(relic(1, "Đình 1"))
    catch_up(folder, ledger, pack)
    ledger.commit(relic(2, "Đình 2"))
    catch_up(folder, ledger, pack)
    assert (search(folder).total, position_of(folder)) == (6, 6)


def test_a_rebuild_swaps_while_others_read(folder: Path, ledger: MemoryLedger, pack: Pack) -> None:
    catch_up(folder, ledger, pack)
    old = reader_of(folder)
    assert old is not None
    first = generations.current(folder)
    assert rebuild(folder, ledger, pack) == 2
    assert generations.current(folder) != first
    assert [path for path in folder.iterdir() if path.is_dir()] == [generations.current(folder)]
    # who opened the old one goes on reading it; the next search sees the new one
    assert old.position == 2
    assert found(search(folder)) == ["Chùa Láng", "Đình So"]


def test_while_a_rebuild_is_half_done_the_old_index_answers(
    folder: Path, ledger: MemoryLedger, pack: Pack
) -> None:
    catch_up(folder, ledger, pack)
    seen: list[list[str]] = []

    class Watched(MemoryLedger):
        def texts(self, ids: Any, *, whole: bool) -> Any:
            seen.extend(found(search(index)) for index in both(folder).values())
            return super().texts(ids, whole=whole)

    rebuild(folder, Watched(relic(1, "Đình Khác")), pack)
    assert seen == [["Chùa Láng", "Đình So"]] * 2
    assert all(found(search(index)) == ["Đình Khác"] for index in both(folder).values())


def test_another_pack_or_another_ledger_rebuilds(folder: Path, ledger: MemoryLedger) -> None:
    catch_up(folder, ledger, pack())
    first = generations.current(folder)
    catch_up(folder, ledger, pack(sha256="1" * 64))
    second = generations.current(folder)
    assert first != second
    catch_up(folder, MemoryLedger(relic(9, "Khác")), pack(sha256="1" * 64))
    assert generations.current(folder) != second
    assert found(search(folder)) == ["Khác"]


@pytest.mark.parametrize("harm", ["pointer", "folder", "meta", "layout", "marker"])
def test_what_is_missing_or_corrupt_is_rebuilt(
    harm: str, folder: Path, ledger: MemoryLedger, pack: Pack
) -> None:
    catch_up(folder, ledger, pack)
    generation = generations.current(folder)
    assert generation is not None
    if harm == "pointer":
        (folder / "current").unlink()
    elif harm == "folder":
        generation.rename(folder.parent / "elsewhere")
    elif harm == "marker":
        writer = tantivy.Index.open(str(generation)).writer(30_000_000, 1)
        writer.delete_documents_by_term("id", "position")
        writer.commit()
        writer.wait_merging_threads()
    else:
        (generation / f"{harm}.json").write_text("{")
    forget(folder)  # as a process does that starts now
    assert position_of(folder) == 0
    assert catch_up(folder, ledger, pack) == 2
    assert position_of(folder) == 2
    assert generations.current(folder) != generation


def closing(pack: Pack, folder: Path) -> MemoryLedger:
    """A ledger of which a record with a word of its own has been closed after it was indexed."""
    ledger = MemoryLedger(
        relic(1, "Đình zyxwkin"), relic(2, "Chùa Láng"), relic(3, "Đền Và", venerates=[ulid(1)])
    )
    catch_up(folder, ledger, pack)
    assert len(told(folder, "zyxwkin")) > 5
    ledger.withdraw(ulid(1))
    return ledger


def test_no_word_of_a_closed_record_stays(folder: Path, pack: Pack) -> None:
    ledger = closing(pack, folder)
    first = generations.current(folder)
    catch_up(folder, ledger, pack)
    assert told(folder, "zyxwkin") == []
    assert [path for path in folder.iterdir() if path.is_dir()] == [generations.current(folder)]
    assert generations.current(folder) != first
    assert found(search(folder)) == ["Chùa Láng", "Đền Và"]
    # What was never in the index, or only changed, rebuilds nothing.
    second = generations.current(folder)
    ledger.withdraw(ulid(1))
    ledger.withdraw(ulid(7))
    ledger.commit(relic(2, "Chùa Lăng"))
    catch_up(folder, ledger, pack)
    assert generations.current(folder) == second
    assert position_of(folder) == 7


def test_staff_still_find_what_is_closed(folder: Path, pack: Pack) -> None:
    """Its words may stay in their index: they stay in the ledger too."""
    ledger = closing(pack, folder)
    ledger.commit(relic(1, "Đình zyxwkin", visibility="restricted"))
    staff = both(folder)["staff"]
    made = generations.current(staff)
    catch_up(folder, ledger, pack)
    assert told(folder, "zyxwkin") == []
    assert search(folder, "zyxwkin").total == 0
    assert found(search(staff, "zyxwkin", actor=OPERATOR)) == ["Đình zyxwkin", "Đền Và"]
    assert generations.current(staff) == made


@pytest.mark.parametrize("limit", [0, 100_000])
def test_no_word_stays_of_what_was_erased(
    limit: int, folder: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever follows rebuilds both, however large they are, also one that was left behind."""
    monkeypatch.setattr(following, "REBUILT", limit)
    ledger = MemoryLedger(
        relic(1, "Đình So", note="zyxwkin", alternative_names=[{"vi": "Zyxwkin"}]),
        relic(2, "Chùa Láng", other={"Ghi chú": "zyxwkin"}),
        relic(3, "Đền Và", visibility="restricted", sources=[stated(note="Zyxwkin")]),
    )
    catch_up(folder, ledger, pack)
    staff = both(folder)["staff"]
    assert len(told(folder, "zyxwkin")) > 3
    assert len(told(staff, "zyxwkin")) > 4
    for document in (
        relic(1, "Đình So"), relic(2, "Chùa Láng"), relic(3, "Đền Và", visibility="restricted")
    ):  # fmt: skip
        ledger.erase(document)
    ledger.commit(relic(4, "Miếu Gàn"))
    for sight, index in both(folder).items():
        following.catch_up({sight: index}, ledger, pack)
        assert told(index, "zyxwkin") == []
        assert position_of(index) == ledger.head() == 7
        assert [one for one in index.iterdir() if one.is_dir()] == [generations.current(index)]
    made = generations.current(staff)
    ledger.commit(relic(4, "Miếu Gàn Lớn"))
    catch_up(folder, ledger, pack)  # once is enough
    assert generations.current(staff) == made


def test_a_rebuild_leaves_no_word_that_the_ledger_no_longer_holds(folder: Path, pack: Pack) -> None:
    ledger = MemoryLedger(relic(1, "Đình zyxwkin", note="zyxwkin"), relic(2, "Chùa Láng"))
    catch_up(folder, ledger, pack)
    ledger.commit(relic(1, "Đình So"))
    catch_up(folder, ledger, pack)
    staff = both(folder)["staff"]
    assert told(folder, "zyxwkin") != [] != told(staff, "zyxwkin")
    assert rebuild(folder, ledger, pack) == 2
    assert told(folder, "zyxwkin") == told(staff, "zyxwkin") == []


def test_what_must_go_and_cannot_is_an_error(
    folder: Path, ledger: MemoryLedger, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    catch_up(folder, ledger, pack)

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError("not yours")

    monkeypatch.setattr(os, "unlink", refuse)
    with pytest.raises(PermissionError):
        rebuild(folder, ledger, pack)
    monkeypatch.undo()
    rebuild(folder, ledger, pack)
    assert len([one for one in folder.iterdir() if one.is_dir()]) == 1


def test_a_closed_record_is_gone_before_the_rebuild_and_after_a_crash(
    folder: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = closing(pack, folder)
    with monkeypatch.context() as patched:
        patched.setattr(following, "_rebuild", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            catch_up(folder, ledger, pack)
    assert found(search(folder)) == ["Chùa Láng", "Đền Và"]
    assert position_of(folder) == 0
    catch_up(folder, ledger, pack)
    assert position_of(folder) == 4
    assert told(folder, "zyxwkin") == []


def test_a_large_index_is_not_rebuilt(
    folder: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "REBUILT", 3)
    ledger = closing(pack, folder)
    first = generations.current(folder)
    catch_up(folder, ledger, pack)
    assert generations.current(folder) == first
    assert found(search(folder)) == ["Chùa Láng", "Đền Và"]
    assert search(folder, "zyxwkin").total == 0


def test_half_built_generations_are_swept(folder: Path, ledger: MemoryLedger, pack: Pack) -> None:
    orphans = [
        generations.begin(index, following.layout_for(pack, sight))
        for sight, index in both(folder).items()
    ]
    catch_up(folder, ledger, pack)
    assert not any(orphan.exists() for orphan in orphans)


def test_what_a_rebuild_that_died_left_is_swept_though_nothing_is_new(
    folder: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After it made the new generation current and before it removed the old one, which holds the
    words that had to go."""
    ledger = closing(pack, folder)
    with monkeypatch.context() as patched:
        patched.setattr(generations.shutil, "rmtree", lambda _: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            following.rebuild(both(folder), ledger, pack)
    for index in both(folder).values():
        assert len(generations.others(index)) == 1
    catch_up(folder, ledger, pack)
    for index in both(folder).values():
        assert generations.others(index) == []
    assert told(folder, "zyxwkin") == []


def test_an_index_of_another_version_is_rebuilt(
    folder: Path, ledger: MemoryLedger, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    catch_up(folder, ledger, pack)
    before = generations.current(folder)
    monkeypatch.setattr(layout, "VERSION", layout.VERSION + 1)
    forget(folder)
    assert position_of(folder) == 0
    assert catch_up(folder, ledger, pack) == 2
    assert generations.current(folder) != before
    assert position_of(folder) == 2
