"""Keys: no two commands of one place share one, in any preset; taking, swapping, keeping and reading them."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SettingsError
from desktop.actions import COMMANDS
from desktop.key_presets import PRESETS
from desktop.keymap import BY_ID, Keymap, canonical, overlap

presets = pytest.mark.parametrize("preset", sorted(PRESETS))
KEYS = ["F", "Ctrl+D", "Shift+F7", "Alt+X", "Ctrl+Enter", "PgDown", "Left", "N", "Ctrl+Shift+Z"]


@presets
def test_no_key_of_a_preset_means_two_things_in_one_place(preset: str) -> None:
    keymap = Keymap(preset)
    for a, b in combinations(COMMANDS, 2):
        if overlap(a.where, b.where):
            assert not set(keymap.keys(a.id)) & set(keymap.keys(b.id)), (a.id, b.id)


@presets
def test_every_key_of_a_preset_is_one_that_qt_knows_and_may_be_given_away(preset: str) -> None:
    assert PRESETS[preset].keys() <= BY_ID.keys()
    for command in COMMANDS:
        assert len(PRESETS[preset].get(command.id, command.keys)) <= 2
        for key in Keymap(preset).keys(command.id):
            assert key and key == canonical(key)
            assert command.fixed or Keymap.is_free(key, command.id)


def test_a_command_loses_its_only_key_in_no_preset() -> None:
    for preset in PRESETS:
        assert [c.id for c in COMMANDS if c.keys and not Keymap(preset).keys(c.id)] == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("ctrl+return", "Ctrl+Enter"), ("Return", "Enter"), ("shift+d", "Shift+D"), ("Ctrl++", "Ctrl++"), ("", "")],
)
def test_a_key_is_kept_in_one_way(typed: str, kept: str) -> None:
    assert canonical(typed) == kept


def test_one_place_hides_a_key_from_another_only_where_it_could_be_meant() -> None:
    keymap = Keymap()
    assert keymap.users("Left", "frame_back") == []  # a selected box takes it, and only then
    assert keymap.users("D", "accept") == ["next"]
    assert keymap.users("D", "move_left") == ["next"]


@given(st.sampled_from([c.id for c in COMMANDS if not c.fixed]), st.sampled_from(KEYS), st.sampled_from([0, 1]))
def test_whoever_takes_a_key_has_it_alone(command_id: str, key: str, place: int) -> None:
    for result in (Keymap().taken(command_id, place, key), Keymap().swapped(command_id, place, key)):
        assert key in result.keys(command_id)
        assert result.users(key, command_id) == []
        keys = {command.id: set(result.keys(command.id)) for command in COMMANDS}
        for a, b in combinations(COMMANDS, 2):
            assert not keys[a.id] & keys[b.id] or not overlap(a.where, b.where)
        assert Keymap.read(result.preset, result.texts()) == result
        assert Keymap.from_json(result.to_json()) == result


def test_keys_of_the_system_and_a_held_space_are_not_to_be_had() -> None:
    assert not any(Keymap.is_free(key, "accept") for key in ("Tab", "Shift+Tab", "Menu", "Esc", "Space"))
    assert Keymap.is_free("Space", "play")


def test_a_swap_gives_the_old_key_away() -> None:
    result = Keymap().swapped("reject", 0, "N")
    assert result.keys("reject") == ("N",) and result.keys("not_present") == ("X",)


def test_what_belongs_to_the_preset_is_not_kept() -> None:
    changed = Keymap("cvat").with_keys("next", ["PgDown"])
    assert changed.own == {"next": ("PgDown",)}
    assert changed.with_keys("next", ["F"]).own == {}


def test_what_another_version_wrote_is_left_out() -> None:
    texts = ["next=nonsense", 'no_such=["F"]', 'cancel=["F"]', 'next=["Tab", "G"]']
    assert Keymap.read("groundlabel", texts).own == {"next": ("G",)}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"groundlabel_keys": 1, "preset": "pink", "keys": {}}'])
def test_a_file_without_keys_says_so(text: str) -> None:
    with pytest.raises(SettingsError, match="holds no keys"):
        Keymap.from_json(text)
