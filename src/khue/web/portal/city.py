"""Whose portal this is: the city that a folder speaks for.

An installation names the folder of its city (`KHUE_CITY`). One that names none is the demonstration
as long as the data of the demonstration stand in its registry, and else says nothing of a city: who
takes over Khuê must not find that their registry calls itself a demonstration of Hà Nội.
"""

from __future__ import annotations

from django.conf import settings

from khue.pipeline import is_demonstration
from khue.web.portal.editorial import NO_CITY, City, city_of
from khue.web.portal.kept import Kept, State


def city() -> City:
    """What the city of this portal says; nothing where it has none."""
    named = settings.KHUE_CITY
    if named is not None:
        return city_of(named)
    return city_of(settings.KHUE_DEMO) if _is_demonstration("vi") else NO_CITY


def _look(_: State) -> bool:
    return is_demonstration(settings.KHUE_DEMO)


_is_demonstration = Kept(_look, indexed=False)
