"""A hold-out is the same in every run, grows with the media, and never shows a picture on both sides."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.formats.examples import Example
from core.schema import MediaItem, MediaSource
from core.training.holdout import medium_key, sides, split_media
from core.training.samples import Sample


def _sample(name: str, content: str | None, expression: str = "the cup") -> Sample:
    item = MediaItem(f"id {name}", "image", name, width=8, height=8, content_hash=content)
    return Sample(MediaSource(item, f"/media/{name}"), Example(name, "image", expression, False, media_id=item.id))


def _samples(count: int) -> list[Sample]:
    return [_sample(f"{number}.png", f"content {number}", words) for number in range(count) for words in ("a", "b")]


def test_about_the_share_is_held_and_all_questions_of_a_medium_with_it() -> None:
    learned, held = split_media(_samples(400), 0.2)
    keys = {medium_key(sample) for sample in held}
    assert 50 <= len(keys) <= 110
    assert not keys & {medium_key(sample) for sample in learned}
    assert len(held) == 2 * len(keys) and len(learned) + len(held) == 800
    assert split_media(_samples(400), 0.2) == (learned, held)


def test_media_that_come_later_move_nothing_and_a_larger_share_only_adds() -> None:
    _, held = split_media(_samples(100), 0.2)
    _, with_more = split_media(_samples(300), 0.2)
    _, larger = split_media(_samples(100), 0.3)
    assert set(map(medium_key, held)) < set(map(medium_key, with_more))
    assert set(map(medium_key, held)) < set(map(medium_key, larger))


def test_a_copy_under_another_name_is_the_same_picture() -> None:
    samples = [*_samples(50), *(_sample(f"copy {n}.png", f"content {n}") for n in range(50))]
    learned, held = split_media(samples, 0.5)
    assert not set(map(medium_key, learned)) & set(map(medium_key, held))


def test_what_is_frozen_stays_where_it_is() -> None:
    learned, held = split_media(_samples(60), 0.25)
    frozen = {key: not side for key, side in sides(learned, held).items()}
    assert split_media(_samples(60), 0.25, frozen) == (held, learned)


def test_of_what_a_split_left_the_whole_share_is_held_again() -> None:
    left, measured = split_media(_samples(400), 0.3)
    learned, chosen = split_media(left, 0.2, again=True)
    by_the_same_lot = split_media(left, 0.2)[1]
    keys = [{medium_key(sample) for sample in part} for part in (left, chosen, by_the_same_lot)]
    assert 0.15 <= len(keys[1]) / len(keys[0]) <= 0.25 and len(keys[2]) / len(keys[0]) <= 0.1 + 0.01
    assert not keys[1] & {medium_key(sample) for sample in [*learned, *measured]}


def test_chance_does_not_hold_half_of_a_few_media() -> None:
    for count in range(10, 40):
        held = {medium_key(sample) for sample in split_media(_samples(count), 0.2)[1]}
        assert round(0.1 * count) <= len(held) <= round(0.3 * count)


def test_a_few_media_have_at_least_one_on_either_side() -> None:
    for count in (2, 3, 4):
        for share in (0.01, 0.99):
            learned, held = split_media(_samples(count), share)
            assert learned and held
    assert split_media(_samples(1), 0.5)[0]
    assert split_media(_samples(5), 0.0)[1] == []


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=30), st.floats(0, 0.99))
def test_no_sample_is_lost_or_doubled(drawn: list[tuple[int, bool]], share: float) -> None:
    samples = [_sample(f"{number}.png", f"{number}" if hashed else None) for number, hashed in drawn]
    samples = [replace(sample, example=replace(sample.example, expression=str(n))) for n, sample in enumerate(samples)]
    learned, held = split_media(samples, share)
    assert sorted([*learned, *held], key=lambda s: int(s.example.expression)) == samples
    assert not set(map(medium_key, learned)) & set(map(medium_key, held))
