"""How far a taught model goes from its base: what it could do before stays, and what it learned is kept."""

from __future__ import annotations

from core.training.keeping import Tried, settle


def test_the_farthest_that_forgets_nothing_is_chosen() -> None:
    base = Tried(0.0, new=2.0, old=0.15)
    tried = [Tried(1.0, 0.84, 0.48), Tried(0.7, 0.86, 0.34), Tried(0.35, 1.1, 0.21), Tried(0.25, 1.2, 0.18)]
    assert settle([base, *tried]).share == 0.35
    assert settle([base, Tried(1.0, 0.84, 0.16)]).share == 1.0


def test_what_loses_the_new_is_not_chosen_however_well_it_keeps_the_old() -> None:
    base = Tried(0.0, new=2.0, old=0.15)
    assert settle([base, Tried(1.0, 0.8, 0.9), Tried(0.5, 1.2, 0.5), Tried(0.25, 1.9, 0.15)]).share == 0.5


def test_what_made_the_hold_out_worse_is_shown_as_it_is() -> None:
    base = Tried(0.0, new=0.142, old=0.144)  # measured of boxes put anywhere
    assert settle([base, Tried(1.0, 0.997, 0.925), Tried(0.5, 0.268, 0.246), Tried(0.25, 0.175, 0.168)]).share == 1.0
