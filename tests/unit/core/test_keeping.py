"""How far a taught model goes from its base: what it could do before stays, and what it learned is kept."""

from __future__ import annotations

from core.training.keeping import OLD_MAY_RISE, Tried, settle


def _tried(share: float, new: float, old: float) -> Tried:
    return Tried(share, new, {"image": old})


def test_the_farthest_that_forgets_nothing_is_chosen() -> None:
    base = _tried(0.0, new=2.0, old=0.15)
    tried = [_tried(1.0, 0.84, 0.48), _tried(0.7, 0.86, 0.34), _tried(0.35, 1.1, 0.21), _tried(0.25, 1.2, 0.18)]
    assert settle([base, *tried]).share == 0.35
    assert settle([base, _tried(1.0, 0.84, 0.16)]).share == 1.0


def test_what_loses_the_new_is_not_chosen_however_well_it_keeps_the_old() -> None:
    base = _tried(0.0, new=2.0, old=0.15)
    assert settle([base, _tried(1.0, 0.8, 0.9), _tried(0.5, 1.2, 0.5), _tried(0.25, 1.9, 0.15)]).share == 0.5


def test_what_made_the_hold_out_worse_is_shown_as_it_is() -> None:
    base = _tried(0.0, new=0.142, old=0.144)  # measured of boxes put anywhere
    tried = [_tried(1.0, 0.997, 0.925), _tried(0.5, 0.268, 0.246), _tried(0.25, 0.175, 0.168)]
    assert settle([base, *tried]).share == 1.0


def test_what_is_heard_well_does_not_make_up_for_what_is_no_longer_seen() -> None:
    base = Tried(0.0, new=2.0, old={"audio": 0.2, "video": 0.4})
    blind = Tried(1.0, 0.8, {"audio": 0.1, "video": 0.41 + OLD_MAY_RISE["video"]})
    careful = Tried(0.5, 1.0, {"audio": 0.15, "video": 0.39 + OLD_MAY_RISE["video"]})
    assert settle([base, blind, careful]).share == 0.5
    assert settle([base, blind]).share == 1.0  # there is nothing else
