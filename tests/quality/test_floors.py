"""The floors hold: of our own articles always, of the published sets where they lie beside the checkout."""

from __future__ import annotations

import pytest

from tests.quality.figures import Floor, floors
from tests.quality.sets import RANKING, SIMILAR, figures, why_not


@pytest.mark.parametrize("floor", floors(), ids=lambda floor: f"{floor.set} {floor.what}")
def test_a_figure_is_not_below_its_floor(floor: Floor) -> None:
    reason = why_not(floor.set)
    if reason:
        pytest.skip(reason)
    found = {figure.what: figure for figure in figures(floor.set)}
    assert floor.what in found
    figure = found[floor.what]
    assert floor.lowest.holds(figure.value), f"{figure.value:.3f}, and {floor.lowest.floor} is held: {figure.note}"


def test_every_figure_of_our_own_set_has_a_floor() -> None:
    assert [f.what for f in floors() if f.set == "own"] == [f.what for f in figures("own")]


def test_no_floor_is_above_its_aim() -> None:
    assert [f for f in floors() if (f.floor < f.aim if f.most else f.floor > f.aim)] == []
    assert {f.set for f in floors()} == {"own", "gold/dev", "readouts", "conll", "agencies", "datelines", "html", "seeds", *RANKING, *SIMILAR}
