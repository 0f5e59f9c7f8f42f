"""How a run is settled, in which order it shows things, and what its figures look like on disk."""

from __future__ import annotations

import json
import struct
from collections.abc import Collection
from pathlib import Path

import pytest
from safetensors import safe_open

from core.errors import UsageError
from core.grounding.groundinggpt.original_names import Place, place_of
from core.schema import MediaKind
from core.training.event_files import EventFile, masked_crc32c
from core.training.lessons import ASKED, Branch, Lesson
from core.training.order import Order, places
from core.training.plan import FinetunePlan, Settled, settle
from core.training.stages import STAGES


def _settled(
    large: bool = False, media: int = 100, scenes: bool = False, processes: int = 1, **wishes: object
) -> Settled:
    plan = FinetunePlan("base", Path("out"), **wishes)  # type: ignore[arg-type]
    return settle(plan, large=large, media=media, taught_on_scenes=scenes, processes=processes, kinds={"image"})


def _in_time(media: int = 100, scenes: bool = False, kinds: Collection[MediaKind] = ("audio",)) -> Settled:
    plan = FinetunePlan("base", Path("out"))
    return settle(plan, large=False, media=media, taught_on_scenes=scenes, processes=1, kinds=kinds)


def test_a_small_model_is_trained_whole_and_a_large_one_by_adapters_on_4_bits() -> None:
    small, large = _settled(), _settled(large=True)
    assert (small.method, small.bits, small.rate, small.batch, small.epochs) == ("full", 16, 3e-4, 8, 12)
    assert (large.method, large.bits) == ("qlora", 4)
    assert _settled(large=True, bits=16).method == "lora"
    assert _settled(large=True, stage=2).method == "full"
    assert (_settled(bits=8).method, _settled(bits=8).bits) == ("qlora", 8)
    assert _settled(media=5).epochs == 60 and _settled(media=100_000).epochs == 8


def test_what_lasts_is_shown_more_often() -> None:
    settled = _in_time(media=480)
    assert (settled.rate, settled.epochs) == (4e-4, 30)
    assert _in_time(media=480, scenes=True).epochs == 30  # scenes take nothing from it


def test_wishes_stand_above_the_recipe() -> None:
    settled = _settled(stage=1, rate=0.5, batch=3, accumulate=2, epochs=7, media=20)
    assert (settled.rate, settled.batch, settled.accumulate, settled.epochs) == (0.5, 3, 2, 7)
    assert settled.steps_an_epoch == 4 and settled.steps == 28
    assert _settled(stage=1, media=20, batch=3, epochs=1, processes=2).steps == 4


def test_scenes_are_replayed_to_models_that_were_taught_on_them() -> None:
    assert _settled().replayed == 0
    assert _settled(scenes=True).replayed == 50  # a third of 150
    assert _settled(scenes=True, replay=0.0).replayed == 0
    assert _settled(replay=0.5).replayed == 100


def test_beside_scenes_the_language_model_learns_slowly_and_words_of_time_fast() -> None:
    layer, words = "language_model.model.layers.0.mlp.up_proj.weight", "language_model.model.embed_tokens.weight"
    assert _settled(scenes=True).share_of_rate(layer) < 0.2
    assert _settled().share_of_rate(layer) == 1.0
    timed = _in_time(scenes=True)
    assert timed.share_of_rate(layer) < 0.1 and timed.share_of_rate(words) == 1.0
    assert timed.share_of_rate("audio.trunk.norm.weight") == 1.0


def test_beside_scenes_what_reads_other_media_stays_as_it_is() -> None:
    heard, seen, both = _in_time(scenes=True), _in_time(scenes=True, kinds=("video",)), "language_model.lm_head.weight"
    assert heard.learns("audio.trunk.norm.weight") and not heard.learns("video.projection.weight")
    assert seen.learns("video.projection.weight") and not seen.learns("audio.trunk.norm.weight")
    assert heard.learns(both) and seen.learns(both)
    assert _in_time().learns("video.projection.weight")  # without scenes nothing would teach it


def test_several_processes_share_a_large_model() -> None:
    assert _settled(large=True, bits=16, processes=2).sharded
    assert not _settled(large=True, processes=2).sharded  # 4 bits are not shared out
    assert not _settled(processes=2).sharded
    assert _settled(processes=2, shard="on").sharded
    assert not _settled(shard="on").sharded


@pytest.mark.parametrize(
    "wishes",
    [
        {"stage": 1, "method": "lora"},
        {"method": "full", "bits": 4},
        {"method": "lora", "bits": 8},
        {"method": "qlora", "bits": 16},
        {"method": "magic"},
        {"stage": 4},
        {"holdout": 1.0},
        {"replay": -0.1},
        {"shard": "on", "method": "qlora"},
    ],
)
def test_wishes_that_contradict_each_other_are_refused(wishes: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        _settled(**wishes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stage", "observed"),
    [(1, "stage1_tune_mm_mlp_adapter_True"), (2, "stage2_3_tune_mm_mlp_adapter_False"),
     (3, "stage2_3_tune_mm_mlp_adapter_False")],
)  # fmt: skip
def test_a_stage_trains_what_the_original_does(stage: int, observed: str, parity_dir: Path) -> None:
    facts = json.loads((parity_dir / "stage_trainability.json").read_text(encoding="utf-8"))[observed]
    groups: dict[str, list[int]] = facts["groups_[trainable,frozen]_tensors"]
    assert not facts["clip_requires_grad"]
    with safe_open(parity_dir / "public" / "weights.safetensors", framework="pt") as stored:
        names = list(stored.keys())
    seen = set[str]()
    for name in names:
        place = place_of(name)
        if not isinstance(place, Place) or place.name.endswith("log_logit_scale"):
            continue
        group = next((one for one in groups if name == one or name.startswith(f"{one}.")), None)
        assert group is not None or name.startswith("vision_tower.")
        seen.add(group or "vision_tower")
        trains = group is not None and groups[group][0] > 0
        assert STAGES[stage].learns(place.name) is trains, name
    assert set(groups) <= seen
    assert STAGES[stage].words_beside_media is not facts["orig_embeds_params_set"]


def test_the_stages_have_the_originals_schedule() -> None:
    assert [(s.rate, s.batch, s.accumulate, s.epochs, s.warm_up, s.weight_decay) for s in STAGES.values()] == [
        (1e-3, 64, 1, 1, 0.03, 0.0),
        (2e-5, 32, 2, 1, 0.03, 0.0),
        (2e-5, 32, 2, 1, 0.03, 0.0),
    ]


def test_an_epoch_shows_everything_once_and_its_own_scenes() -> None:
    order = Order([1.0] * 16, lessons=10, replayed=3, step=4, seed=5)
    first, second, third = (order.of_epoch(epoch) for epoch in range(3))
    assert sorted(first) == [*range(10), 10, 11, 12]
    assert sorted(second) == [*range(10), 13, 14, 15]
    assert sorted(third) == sorted(first) and third != first
    order.epoch = 2
    assert list(order) == [32 + index for index in third] and len(order) == 13
    assert Order([1.0] * 16, lessons=10, replayed=3, step=4, seed=5).of_epoch(1) == second
    assert Order([1.0] * 16, lessons=10, replayed=3, step=4, seed=6).of_epoch(1) != second


def test_each_step_shows_its_share_of_scenes() -> None:
    # scenes are asked much more than pictures: by their lengths alone they would stand in steps of their own
    order = Order([10.0] * 20 + [300.0] * 10, lessons=20, replayed=10, step=6, seed=0)
    shown = order.of_epoch(0)
    assert [sum(index >= 20 for index in shown[start : start + 6]) for start in range(0, 30, 6)] == [2] * 5
    few = Order([1.0] * 5, lessons=4, replayed=1, step=8, seed=0)  # less than a step
    assert sorted(few.of_epoch(0)) == [0, 1, 2, 3, 4]


def test_a_step_shows_lessons_of_similar_length() -> None:
    lengths = [10.0] * 32 + [100.0] * 32 + [1000.0] * 32
    order = Order(lengths, lessons=96, replayed=0, step=8, seed=0)
    shown = order.of_epoch(0)
    steps = [{lengths[index] for index in shown[start : start + 8]} for start in range(0, 96, 8)]
    assert all(len(step) == 1 for step in steps)
    assert len({tuple(step) for step in steps[:4]}) > 1  # not the short ones first
    together = {frozenset(shown[start : start + 8]) for start in range(0, 96, 8)}
    again = order.of_epoch(1)
    assert not together & {frozenset(again[start : start + 8]) for start in range(0, 96, 8)}


def test_longer_questions_and_more_boxes_take_more_places() -> None:
    def lesson(expression: str, boxes: int) -> Lesson:
        return Lesson("image", "x.png", (), (Branch(expression, tuple(range(boxes)), ASKED),))

    assert places(lesson("a", 1)) < places(lesson("a", 5)) < places(lesson("the cup on the table by the window", 5))


def test_figures_are_written_as_records_with_checksums(tmp_path: Path) -> None:
    assert masked_crc32c(b"123456789") == ((0xE3069283 >> 15 | 0xE3069283 << 17) + 0xA282EAD8) & 0xFFFFFFFF
    file = EventFile(tmp_path / "logs")
    file.scalar("train/loss", 0.5, 300)
    file.close()
    (path,) = (tmp_path / "logs").iterdir()
    data, records = path.read_bytes(), []
    while data:
        (length,) = struct.unpack_from("<Q", data)
        assert struct.unpack_from("<I", data, 8)[0] == masked_crc32c(data[:8])
        record = data[12 : 12 + length]
        assert struct.unpack_from("<I", data, 12 + length)[0] == masked_crc32c(record)
        records.append(record)
        data = data[16 + length :]
    assert path.name.startswith("events.out.tfevents.") and records[0].endswith(b"brain.Event:2")
    # wall time; step 300; summary { value { tag, simple value } }
    assert records[1][
        9:
    ] == b"\x10\xac\x02" + b"\x2a\x13" + b"\x0a\x11" + b"\x0a\x0atrain/loss" + b"\x15" + struct.pack("<f", 0.5)
