"""Laws of chains of real units: what a certain answer has to account for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from khue.lib.vietnamese import exact
from khue.places import FormerUnit, Gazetteer, Resolution, Unit, read_source
from khue.places.resolution import MOST_CANDIDATES
from khue.places.source import read_moves
from khue.places.statements import is_detail

AnyUnit = Unit | FormerUnit

TABLES = read_source()
FORMER = [unit for unit in TABLES.former.values() if unit.level == "commune"]
UNITS: list[AnyUnit] = [*TABLES.present.values(), *TABLES.former.values()]
PROVINCES = [unit for unit in TABLES.former.values() if unit.level == "province"]
DISTRICTS = [unit for unit in TABLES.former.values() if unit.level == "district"]
MOVED = {move.unit.removeprefix("former:"): move.under for move in read_moves()}
IN_DISTRICT: dict[str, list[FormerUnit]] = {}
IN_PROVINCE: dict[str, list[FormerUnit]] = {}
for _unit in FORMER:
    IN_DISTRICT.setdefault(_unit.district_code, []).append(_unit)
    IN_PROVINCE.setdefault(_unit.province_code, []).append(_unit)

JOINTS = st.sampled_from([", ", " và ", " - ", " – ", "/", " / ", " hoặc ", " hay ", " & ", " ("])
BARE = st.booleans()


def _pair_in(groups: dict[str, list[FormerUnit]]) -> st.SearchStrategy[list[FormerUnit]]:
    large = [units for units in groups.values() if len(units) > 1]
    return st.sampled_from(large).flatmap(
        lambda units: st.lists(st.sampled_from(units), min_size=2, max_size=3, unique=True)
    )


def _name(unit: AnyUnit, bare: bool = False) -> str:
    """The name; a bare number is none."""
    return unit.short if bare and not unit.short.isdecimal() else unit.name["vi"]


def _codes(gazetteer: Gazetteer, units: Iterable[FormerUnit]) -> set[str]:
    return {one.code for unit in units for one in gazetteer.successors(unit.code)}


def _hold_all(resolution: Resolution, codes: set[str]) -> None:
    """Every code is a candidate (or there are too many to list), and none is chosen of several."""
    found = {one.code for one in resolution.candidates}
    assert found >= codes or (not found and str(MOST_CANDIDATES) < resolution.why["vi"]), resolution
    if len(codes) > 1:
        assert resolution.code is None, resolution


@given(units=_pair_in(IN_DISTRICT), joint=JOINTS, bare=BARE, province=BARE)
def test_communes_of_a_district_side_by_side(
    gazetteer: Gazetteer, units: list[FormerUnit], joint: str, bare: bool, province: bool
) -> None:
    above = TABLES.former[units[0].district_code].name["vi"]
    if province:
        above += f", {TABLES.former[units[0].province_code].name['vi']}"
    # Between "Phường 5" and a bare name a slash could be one of a house number.
    bare = bare and not any(unit.short.isdecimal() for unit in units)
    text = f"{joint.join(_name(unit, bare) for unit in units)}, {above}"
    _hold_all(gazetteer.resolve(text), _codes(gazetteer, units))


@given(units=_pair_in(IN_PROVINCE), joint=JOINTS)
def test_communes_of_a_province_side_by_side(
    gazetteer: Gazetteer, units: list[FormerUnit], joint: str
) -> None:
    province = TABLES.former[units[0].province_code].name["vi"]
    text = f"{joint.join(_name(unit) for unit in units)}, {province}"
    _hold_all(gazetteer.resolve(text), _codes(gazetteer, units))


@given(units=_pair_in(IN_PROVINCE), semicolon=BARE)
def test_whole_chains_side_by_side(
    gazetteer: Gazetteer, units: list[FormerUnit], semicolon: bool
) -> None:
    chains = [
        f"{_name(unit)}, {TABLES.former[unit.district_code].name['vi']}, "
        f"{TABLES.former[unit.province_code].name['vi']}"
        for unit in units
    ]
    text = ("; " if semicolon else ", ").join(chains)
    _hold_all(gazetteer.resolve(text), _codes(gazetteer, units))


@given(unit=st.sampled_from(FORMER), province=st.sampled_from(PROVINCES), bare=BARE)
def test_a_commune_in_a_province_that_has_none_of_that_name(
    gazetteer: Gazetteer, unit: FormerUnit, province: FormerUnit, bare: bool
) -> None:
    now = gazetteer.successors(province.code)[0].code
    if f"former:{province.code}" in {*MOVED.get(unit.code, ()), *MOVED.get(unit.district_code, ())}:
        return  # It was there until it was moved.
    if now == gazetteer.successors(unit.province_code)[0].code:
        return
    if bare and is_detail(unit.short):
        return  # Phố Mới, Bản Lầu: a street or a hamlet there
    resolution = gazetteer.resolve(f"{_name(unit, bare)}, {province.name['vi']}")
    if resolution.code is not None:
        _account(gazetteer, resolution.code, [unit.short], now)


@given(units=st.tuples(st.sampled_from(FORMER), st.integers(0, 40)), bare=BARE)
def test_a_commune_in_a_wrong_district(
    gazetteer: Gazetteer, units: tuple[FormerUnit, int], bare: bool
) -> None:
    unit, number = units
    others = [one for one in DISTRICTS if one.province_code == unit.province_code]
    district = others[number % len(others)]
    text = f"{_name(unit)}, {_name(district, bare)}, {TABLES.former[unit.province_code].name['vi']}"
    resolution = gazetteer.resolve(text)
    same = {exact(one.short) for one in IN_DISTRICT.get(district.code, ())}
    if exact(unit.short) not in same:
        codes = {one.code for one in resolution.candidates}
        # Found where it is, or as a unit of today in part of that district.
        assert codes, resolution
        if resolution.code is not None:
            _account(gazetteer, resolution.code, [unit.short, district.short])


@given(
    units=st.lists(st.sampled_from(UNITS), min_size=1, max_size=4),
    joints=st.lists(JOINTS, min_size=4, max_size=4),
)
def test_a_certain_answer_accounts_for_every_unit(
    gazetteer: Gazetteer, units: list[AnyUnit], joints: list[str]
) -> None:
    text = _join([_name(unit) for unit in units], joints)
    resolution = gazetteer.resolve(text)
    if resolution.code is not None:
        _account(gazetteer, resolution.code, [unit.short for unit in units])


@given(
    unit=st.sampled_from(FORMER),
    part=st.sampled_from(UNITS),
    place=st.integers(0, 3),
    joints=st.lists(JOINTS, min_size=4, max_size=4),
    bare=BARE,
)
def test_one_more_part_points_nowhere_else(
    gazetteer: Gazetteer,
    unit: FormerUnit,
    part: AnyUnit,
    place: int,
    joints: list[str],
    bare: bool,
) -> None:
    above = [TABLES.former[unit.district_code], TABLES.former[unit.province_code]]
    chain = [_name(unit, bare), *(_name(one, bare) for one in above)]
    before = gazetteer.resolve(", ".join(chain)).code
    chain.insert(place, _name(part, bare))
    after = gazetteer.resolve(_join(chain, joints)).code
    if before is not None and after is not None:
        assert after == before


@given(unit=st.sampled_from(FORMER), kind=st.sampled_from(["Xã", "P.", "huyện", "TX", "Tỉnh"]))
def test_a_unit_that_there_is_not_makes_doubt(
    gazetteer: Gazetteer, unit: FormerUnit, kind: str
) -> None:
    district = TABLES.former[unit.district_code].name["vi"]
    text = f"{kind} Không Hề Có, {unit.name['vi']}, {district}"
    resolution = gazetteer.resolve(text)
    assert resolution.code is None
    assert "Không Hề Có" in resolution.why["vi"]


def _join(names: Sequence[str], joints: Sequence[str]) -> str:
    return "".join(
        name + joint for name, joint in zip(names, [*joints[: len(names) - 1], ""], strict=True)
    )


def _account(
    gazetteer: Gazetteer, code: str, names: Sequence[str], province: str | None = None
) -> None:
    """Every name is of a unit, of today or before, whose area the coded unit is in part in."""
    unit = gazetteer.unit(code)
    assert unit is not None
    around = {code, unit.province_code}
    for name in names:
        assert any(_stands_for(gazetteer, one) & around for one in _named(name)), (code, name)
    if province is not None:
        assert unit.province_code == province


_BY_NAME: dict[str, list[AnyUnit]] = {}
for _one in UNITS:
    _BY_NAME.setdefault(exact(_one.short), []).append(_one)


def _named(name: str) -> list[AnyUnit]:
    return _BY_NAME[exact(name)]


def _stands_for(gazetteer: Gazetteer, unit: AnyUnit) -> set[str]:
    key = f"{'present' if isinstance(unit, Unit) else 'former'}:{unit.code}"
    moved = [code for code, under in MOVED.items() if key in under]
    # What was moved away from it since may be stated under it.
    away = {one.code for code in moved for one in gazetteer.successors(code)}
    return away | ({unit.code} if isinstance(unit, Unit) else _codes(gazetteer, [unit]))
