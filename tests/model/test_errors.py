"""Errors keep all that they say on their way from one process to another."""

import pytest

from khue.lib.spool import pack, unpack
from khue.model import errors
from khue.model.findings import finding


@pytest.mark.parametrize(
    "kind", [errors.KhueError, *errors.KhueError.__subclasses__(), errors.Busy]
)
def test_an_error_of_another_process_says_the_same_here(kind: type[errors.KhueError]) -> None:
    told = finding("row_repeated", value="Chùa Một Cột", n=2).at(sheet="A", row=7)
    error = kind("Sai", "Wrong", mend_vi="Sửa", mend_en="Mend it", findings=[told])
    again = unpack(pack(error))
    assert type(again) is kind
    assert (again.message, again.mend, again.findings, str(again)) == (
        *(error.message, error.mend, (told,), str(error)),
    )
