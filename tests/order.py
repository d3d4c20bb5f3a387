"""In which order tests run, so that no worker is left alone with a slow file at the end.

With `--dist worksteal`, pytest-xdist gives every worker an equal stretch of the list, and who has
done its own takes tests from the end of another's. So each stretch begins with slow files, which
stay whole and make what they share once, and ends with quick tests, which anybody can take.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")

SECONDS = {
    "web/test_browser.py": 100, "pipeline/test_kill_actions.py": 60, "pipeline/test_leaks.py": 75,
    "pipeline/test_kill.py": 35, "web/test_walks.py": 40, "pipeline/test_backup.py": 35,
    "pipeline/test_concurrency.py": 30, "web/test_explore_browser.py": 45,
    "search/quality/test_quality.py": 20, "measures/test_laws.py": 20, "registry/test_laws.py": 15,
    "packs/test_linkml.py": 15, "cli/test_thread.py": 15, "docs/test_guides.py": 15,
    "pipeline/test_blocks.py": 15, "pipeline/test_tasks.py": 12, "pipeline/test_erasure.py": 12,
    "cli/test_trouble.py": 12, "cli/test_postgresql.py": 12, "intake/test_identity.py": 12,
    "web/test_pages.py": 12, "web/test_indicator.py": 10, "web/test_measures_browser.py": 15,
    "search/test_hostile.py": 10, "registry/test_ledger.py": 10, "docs/test_generated.py": 10,
    "cli/test_importing_figures.py": 8, "pipeline/test_places.py": 8, "cli/test_reviewing.py": 8,
    "web/test_offline.py": 8, "web/test_hostile.py": 8, "web/test_policy_walk.py": 8,
    "search/test_equality.py": 8, "search/test_kill_indexing.py": 6, "cli/test_measure_check.py": 5,
    "reports/test_command.py": 6, "reports/test_progress.py": 6, "registry/test_upgrade.py": 5,
    "intake/test_hostile.py": 8, "intake/test_identity_laws.py": 5, "docs/test_readme.py": 5,
    "web/test_chart_browser.py": 20,
}  # fmt: skip
"""About how many seconds of one core the slow files take by themselves."""


def in_stretches(items: Sequence[Item], file_of: Callable[[Item], str], workers: int) -> list[Item]:
    """The items in as many stretches as there are workers, as equal in number as xdist cuts them,
    each with about the same time of slow files at its beginning."""
    slow: dict[str, list[Item]] = {file: [] for file in SECONDS}
    quick = []
    for item in items:
        slow.get(file_of(item), quick).append(item)
    stretches: list[list[Item]] = [[] for _ in range(workers)]
    loads = [0] * workers
    for file in sorted(slow, key=SECONDS.__getitem__, reverse=True):
        least = loads.index(min(loads))
        stretches[least] += slow[file]
        loads[least] += SECONDS[file] if slow[file] else 0
    left, waiting = len(items), iter(quick)
    for number, stretch in enumerate(stretches):
        length = left // (workers - number)
        stretch.extend(islice(waiting, max(0, length - len(stretch))))
        left -= len(stretch)
    return [*(item for stretch in stretches for item in stretch), *waiting]
