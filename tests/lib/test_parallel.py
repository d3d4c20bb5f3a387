"""Blocks worked through in several processes, and values kept on the disk."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import khue
from khue.lib.parallel import mapping
from khue.lib.spool import Spool, pack
from tests.work import wait_for

ORPHANS = """
import os, sys, time
from khue.lib.parallel import mapping
def told(block):
    os.write(1, b"%d\\n" % os.getpid())  # in one piece, whoever else writes
    time.sleep(600)
with mapping(told) as over:
    list(over([1, 2]))
"""


@pytest.mark.parametrize("parallel", [False, True])
def test_results_keep_the_order_of_the_blocks(parallel: bool) -> None:
    factor = 3

    def multiply(block: list[int]) -> list[int]:
        return [factor * one for one in block]

    with mapping(multiply, parallel=parallel) as over:
        found = list(over([number, number + 1] for number in range(200)))
    assert found == [[3 * number, 3 * number + 3] for number in range(200)]


@pytest.mark.parametrize("parallel", [False, True])
def test_what_a_block_raises_is_raised_here(parallel: bool) -> None:
    def divide(one: int) -> int:
        return 1 // one

    with pytest.raises(ZeroDivisionError), mapping(divide, parallel=parallel) as over:
        list(over([1, 0, 1]))


def test_no_process_outlives_a_parent_that_was_killed() -> None:
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("one core: no other processes")
    with subprocess.Popen(
        [sys.executable, "-c", ORPHANS],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(khue.__file__).parent.parent)},
    ) as parent:
        assert parent.stdout is not None
        children = {int(parent.stdout.readline()), int(parent.stdout.readline())}
        parent.send_signal(signal.SIGKILL)
    assert parent.pid not in children
    wait_for(lambda: not any(_lives(child) for child in children))


def _lives(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@given(st.lists(st.recursive(st.text() | st.integers(), st.lists, max_leaves=5), max_size=20))
def test_a_spool_gives_back_what_was_put_as_often_as_asked(values: list[object]) -> None:
    spool = Spool[object]()
    for number, value in enumerate(values):
        if number % 2:
            spool.put(value)
        else:
            spool.put_packed(pack(value))
    assert [*spool] == [*spool] == values
    assert len(spool) == len(values)


def test_a_spool_is_read_while_it_grows_and_beyond_its_memory() -> None:
    spool = Spool[str]()
    spool.put("a" * 9_000_000)
    reading = iter(spool)
    spool.put("b")
    assert len(next(reading)) == 9_000_000
    spool.put("c")
    assert [one[0] for one in spool] == ["a", "b", "c"]
