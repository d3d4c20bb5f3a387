"""What every run needs: the pack, the gazetteer, and a home with its database."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from khue.model.errors import Damaged, KhueError, Refused, WrongUse
from khue.model.packs import Pack, load_pack
from khue.model.rights import OPERATOR, PUBLIC, Actor
from khue.model.values import Context
from khue.pipeline.alone import alone
from khue.pipeline.gazetteers import cache_folder, gazetteer_of
from khue.pipeline.tables import has_all_tables, make_tables
from khue.places import Gazetteer
from khue.registry import actions, drafting, queries


@dataclass(frozen=True)
class House:
    """The pack and the gazetteer of this installation."""

    pack: Pack

    @property
    def gazetteer(self) -> Gazetteer:
        """With all that is loaded at this moment, by whatever process. Made when it is first asked
        for (most commands can do without it) and kept until something is loaded or undone."""
        return gazetteer_of(drafting.loaded_places())

    def context(
        self, *, source: str = "", actor: Actor = PUBLIC, gazetteer: Gazetteer | None = None
    ) -> Context:
        """What value kinds need to read and show; names of records are those `actor` may see.

        All of it is read by one gazetteer (the present one where none is given): what is loaded
        meanwhile counts for the next context.
        """
        gazetteer_of_run = cache(lambda: gazetteer or self.gazetteer)
        return Context(
            pack=self.pack,
            resolve_place=lambda stated: gazetteer_of_run().resolve(stated).to_document(),
            settle_place=lambda place, point: gazetteer_of_run().settle(place, point),
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
    return House(load_pack(settings.KHUE_PACK, cache_folder()))


def prepare_home() -> None:
    """Bring the home to this program: its databases to the present tables, its records to the
    present pack (a field may have been closed since). What an erasure or a restore has left to do
    is finished. Quick if nothing is to do.

    Several commands may start at once: one of them does it, the others wait. Raises `Damaged` if
    the file of the database is not one, `WrongUse` if PostgreSQL cannot be used as KHUE_DATABASE
    says, `Refused` if the pack has errors.
    """
    try:
        if not _is_prepared():
            with alone("setup"):
                if not has_all_tables():
                    _require_text_as_bytes()
                    make_tables()
                if not _is_prepared():
                    _require_newer(house().pack)
                    actions.load_pack(actor=OPERATOR, why="Nạp gói cấu hình", pack=house().pack)
        _finish_what_was_left()
    except DatabaseError as error:
        raise _cannot_be_used(error) from error


def _require_newer(pack: Pack) -> None:
    """Two installations with different packs must not take turns: what the newer one closed would
    be public again. Going back on purpose is possible."""
    if drafting.was_replaced(pack) and os.environ.get("KHUE_PACK_AGAIN") != "1":
        raise Refused(
            "Gói cấu hình này đã được thay bằng gói mới hơn.",
            "This state of the pack has been replaced by a newer one.",
            mend_vi="Cập nhật chương trình; muốn quay lại gói cũ thì đặt KHUE_PACK_AGAIN=1.",
            mend_en="Update this installation; to go back on purpose, set KHUE_PACK_AGAIN=1.",
        )


def _finish_what_was_left() -> None:
    """Something was erased or restored, and the command was killed before it had cleared up."""
    from khue.pipeline import purging  # which runs on a prepared home

    if not purging.is_finished():
        purging.resume(house())


def _require_text_as_bytes() -> None:
    """Raise `WrongUse` unless a database of PostgreSQL keeps and orders texts as SQLite does.

    Orders of a language come from the system's libraries: an update of those would leave indexes
    of texts in another order than the database believes.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_encoding'), 'Z' < 'a'")
        encoding, by_code = cursor.fetchone()
    if encoding != "UTF8" or not by_code:
        raise WrongUse(
            "Cơ sở dữ liệu PostgreSQL không được tạo với bảng mã UTF8 và thứ tự C.",
            "The PostgreSQL database was not made with the encoding UTF8 and the locale C.",
            mend_vi="Tạo lại: CREATE DATABASE khue TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'.",
            mend_en="Make it anew: CREATE DATABASE khue TEMPLATE template0 ENCODING 'UTF8'"
            " LOCALE 'C'.",
        )


def _cannot_be_used(error: DatabaseError) -> KhueError:
    if connection.vendor == "postgresql":
        said = " ".join(str(error).split())
        return WrongUse(
            f"Không dùng được cơ sở dữ liệu của KHUE_DATABASE: {said}.",
            f"The database of KHUE_DATABASE cannot be used: {said}.",
            mend_vi="Xem PostgreSQL có đang chạy không, địa chỉ, người dùng và mật khẩu có đúng"
            " không, và người dùng ấy có phải là chủ của cơ sở dữ liệu không.",
            mend_en="See that PostgreSQL is running, that address, user and password are right, and"
            " that this user owns the database.",
        )
    return Damaged(
        f"Không mở được cơ sở dữ liệu trong {settings.KHUE_HOME}: {error}.",
        f"The database in {settings.KHUE_HOME} cannot be opened: {error}.",
        mend_vi="Khôi phục thư mục này từ bản sao lưu, hoặc chọn thư mục khác bằng KHUE_HOME.",
        mend_en="Restore the folder from a backup, or choose another with KHUE_HOME.",
    )


def _is_prepared() -> bool:
    return has_all_tables() and drafting.is_loaded(house().pack)
