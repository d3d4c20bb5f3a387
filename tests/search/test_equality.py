"""The indexes hold what the registry holds, whatever happens.

What happens is played here; what an index must then hold is what building it from the registry now
would give, in every field (`indexed`).
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

from django.db import transaction
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from khue.lib.identifiers import new_ulid
from khue.model.rights import OPERATOR
from khue.pipeline import house
from khue.registry import actions
from khue.search import following
from khue.search.door import RegistryLedger
from khue.search.reading import forget
from tests.registry.game import PLAYERS, Game
from tests.registry.moves import MOVES
from tests.search.conftest import both, found, search
from tests.search.indexed import assert_equal

NAMES = [name for name, (often, _) in MOVES.items() for _ in range(often)]
"""The moves of a game in the order that chance gives them: every action is in every game."""

WHO = [*PLAYERS, *PLAYERS[:1] * 40]
"""Those who may do all play more often, or little would happen."""


# A game that is lost is not made smaller: its log is read soon enough.
@settings(max_examples=2, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(names=st.permutations(NAMES), seed=st.integers(0, 2**32), purged=st.sampled_from([0, 10**5]))
def test_after_every_kind_of_action(db: None, names: list[str], seed: int, purged: int) -> None:
    """Followed now and then, after one change or after many, one index or both. A rebuild mends
    all, so there is a size from which on only erasures rebuild."""
    random, usual = Random(seed), following.REBUILT
    with tempfile.TemporaryDirectory() as name, transaction.atomic():
        folder, game = Path(name) / "public", Game(house().pack)
        following.REBUILT = purged
        try:
            for number, move in enumerate(["create"] * 3 + names, 1):
                actor = random.choice(WHO)
                game.play(move, actor, MOVES[move][1](game, actor, random))
                ledger = RegistryLedger(game.pack)
                if random.random() < 0.25:
                    some = [*both(folder).items()][random.choice((0, 0, 0, 1)) :]
                    following.catch_up(dict(some), ledger, game.pack)
                if number % 8 == 0 or number == len(names) + 3:
                    following.catch_up(both(folder), ledger, game.pack)
                    assert_equal(both(folder), ledger, game.pack, Path(name))
        except BaseException:
            note("\n".join(game.log))
            raise
        finally:
            following.REBUILT = usual
            transaction.set_rollback(True)
            for one in both(folder).values():
                forget(one)


OFF = 10_000
"""Changes that were made while a follower was off."""


def test_a_follower_that_was_off_for_10_000_changes(db: None, tmp_path: Path) -> None:
    """On its own, without help of who made them."""
    folder, pack = tmp_path / "public", house().pack
    names, turns = [new_ulid() for _ in range(200)], OFF // 200
    ledger, last = RegistryLedger(pack), dict.fromkeys(names)
    for turn in range(turns + 1):
        made = [
            {"id": one, "type": "relic", "name": {"vi": f"Đình {number} lần {turn}"}}
            for number, one in enumerate(names)
        ]
        drafts = [actions.Draft(one["id"], turn, last[one["id"]], one) for one in made]
        actions.commit(actor=OPERATOR, why="thử", kind="import", drafts=drafts, pack=pack)
        last = {one["id"]: one for one in made}
        if turn == 0:
            following.catch_up(both(folder), ledger, pack)
    assert ledger.head() - following.position_of(folder) == OFF
    assert following.catch_up(both(folder), ledger, pack) == len(names)
    assert found(search(folder, f"lần {turns}", limit=1)) != []
    assert_equal(both(folder), ledger, pack, tmp_path)
