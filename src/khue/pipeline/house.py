"""What every run needs: the pack, the gazetteer, and a home with its database."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from khue.model.errors import Damaged
from khue.model.packs import Pack, load_pack
from khue.model.rights import PUBLIC, Actor
from khue.model.values import Context
from khue.places import Gazetteer, load_gazetteer
from khue.registry import actions, drafting, queries


@dataclass(frozen=True)
class House:
    """The pack and the gazetteer of this installation."""

    pack: Pack

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Loaded when first asked for: most commands can do without it."""
        return load_gazetteer()

    def context(self, *, source: str = "", actor: Actor = PUBLIC) -> Context:
        """What value kinds need to read and show; names of records are those `actor` may see."""
        return Context(
            pack=self.pack,
            resolve_place=self.resolve_place,
            label_of=self._labels(actor),
            source=source,
        )

    def resolve_place(self, stated: str) -> dict[str, Any]:
        """A stated place as records keep it."""
        return self.gazetteer.resolve(stated).to_document()

    def _labels(self, actor: Actor) -> Callable[[str], dict[str, str] | None]:
        return lambda record: queries.labels(actor, [record], self.pack).get(record)


@cache
def house() -> House:
    """This installation, once per process."""
    return House(load_pack(settings.KHUE_PACK))


def prepare_home() -> None:
    """Bring the home to this program: its database to the present tables, its records to the
    present pack (a field may have been closed since). Quick if nothing is to do.

    Several commands may start at once: one of them does it, the others wait. Raises `Damaged` if
    the database is not one, `Refused` if the pack has errors.
    """
    try:
        if not _is_prepared():
            with (settings.KHUE_HOME / "setup.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not _has_all_tables():
                    call_command("migrate", verbosity=0, interactive=False)
                if not _is_prepared():
                    actions.rebuild(pack=house().pack)
    except DatabaseError as error:
        raise Damaged(
            f"Không mở được cơ sở dữ liệu trong {settings.KHUE_HOME}: {error}.",
            f"The database in {settings.KHUE_HOME} cannot be opened: {error}.",
            mend_vi="Khôi phục thư mục này từ bản sao lưu, hoặc chọn thư mục khác bằng KHUE_HOME.",
            mend_en="Restore the folder from a backup, or choose another with KHUE_HOME.",
        ) from error


def _is_prepared() -> bool:
    return _has_all_tables() and drafting.is_folded_with(house().pack)


def _has_all_tables() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
