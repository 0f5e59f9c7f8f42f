"""Pictures, videos and sounds in one conversation: any order, several of a kind, any batch, each encoded once."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models
from torch import Tensor

from core.files import bundled
from core.grounding.groundinggpt.checkpoint import load_model, save_checkpoint
from core.grounding.groundinggpt.configuration import GroundingGPTConfig
from core.grounding.groundinggpt.decoding import continue_conversation, encode_conversation, greedy
from core.grounding.groundinggpt.modeling import GroundingGPT
from tests.fakes_media_model import AUDIO, IMAGE, PATCHES, VIDEO, block, media_config, media_model

CLOSE = {"atol": 1e-5, "rtol": 0}


@pytest.fixture(scope="module")
def model() -> GroundingGPT:
    torch.set_num_threads(1)
    return media_model()


def pictures(count: int, seed: int = 1) -> Tensor:
    return torch.randn(count, 3, 14, 14, generator=torch.Generator().manual_seed(seed))


def clip(frames: int, seed: int = 2) -> Tensor:
    return torch.randn(frames, 3, 14, 14, generator=torch.Generator().manual_seed(seed))


def sound(clips: int, seed: int = 3) -> Tensor:
    return torch.randn(clips, 1, 16, 28, generator=torch.Generator().manual_seed(seed))


@torch.inference_mode()
def features_of(model: GroundingGPT, *, images: Tensor, clips: list[Tensor], sounds: list[Tensor]) -> dict[int, Tensor]:
    return {
        IMAGE: model.image_features(images),
        VIDEO: model.video_features(clips),
        AUDIO: model.sound_features(sounds),
    }


@torch.inference_mode()
def test_clips_of_different_lengths_are_encoded_as_each_alone(model: GroundingGPT) -> None:
    clips = [clip(frames, seed) for seed, frames in enumerate((2, 5, 1, 2))]
    together = model.video_features(clips)
    assert together.shape == (4, PATCHES[VIDEO], 16)
    for one, features in zip(clips, together, strict=True):
        torch.testing.assert_close(model.video_features([one])[0], features, **CLOSE)


@torch.inference_mode()
def test_sounds_of_different_lengths_are_encoded_as_each_alone(model: GroundingGPT) -> None:
    sounds = [sound(clips, seed) for seed, clips in enumerate((3, 1, 4))]
    together = model.sound_features(sounds)
    assert together.shape == (3, PATCHES[AUDIO], 16)
    for one, features in zip(sounds, together, strict=True):
        torch.testing.assert_close(model.sound_features([one])[0], features, **CLOSE)


@torch.inference_mode()
def test_the_order_of_frames_and_clips_matters(model: GroundingGPT) -> None:
    frames, clips = clip(4), sound(3)
    assert (model.video_features([frames]) - model.video_features([frames.flip(0)])).abs().max() > 1e-3
    assert (model.sound_features([clips]) - model.sound_features([clips.flip(0)])).abs().max() > 1e-3


@pytest.mark.parametrize("frames", [0, 6])
def test_no_more_frames_than_there_are_positions(model: GroundingGPT, frames: int) -> None:
    with pytest.raises(ValueError, match="1 to 5 frames"):
        model.video_features([clip(2), clip(frames)])


@pytest.mark.parametrize("clips", [0, 5])
def test_no_more_clips_than_there_are_positions(model: GroundingGPT, clips: int) -> None:
    with pytest.raises(ValueError, match="1 to 4 clips"):
        model.sound_features([sound(clips)])


@torch.inference_mode()
def test_every_medium_stands_where_its_tokens_are(model: GroundingGPT) -> None:
    """Two rows, the kinds in different orders, two pictures in one row and none in the other."""
    rows = [
        [1, *block(IMAGE), 7, *block(AUDIO), *block(IMAGE), 8],
        [1, 9, *block(AUDIO), 10, *block(VIDEO), *block(AUDIO), 11, 12],
    ]
    longest = max(len(row) for row in rows)
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
    given = features_of(model, images=pictures(2), clips=[clip(3)], sounds=[sound(2, seed) for seed in (1, 2, 3)])
    embeds = model.embed(ids, given)
    words = model.language_model.get_input_embeddings()(ids)
    expected = words.clone()
    expected[0, 2:6], expected[0, 13:17] = given[IMAGE][0], given[IMAGE][1]
    expected[0, 9:11], expected[1, 3:5] = given[AUDIO][0], given[AUDIO][1]
    expected[1, 8:11], expected[1, 13:15] = given[VIDEO][0], given[AUDIO][2]
    torch.testing.assert_close(embeds, expected, atol=0, rtol=0)


@torch.inference_mode()
def test_a_row_answers_as_it_does_alone(model: GroundingGPT) -> None:
    orders = [(IMAGE, VIDEO, AUDIO, IMAGE), (AUDIO, IMAGE, IMAGE, VIDEO)]
    rows = [[1, *(index for patch in order for index in block(patch)), 5, 6] for order in orders]
    given = features_of(model, images=pictures(4), clips=[clip(2), clip(4, 9)], sounds=[sound(1), sound(3, 9)])
    together = model.language_model.model(inputs_embeds=model.embed(torch.tensor(rows), given)).last_hidden_state
    for number, row in enumerate(rows):
        count = {patch: orders[number].count(patch) for patch in given}
        own = {patch: features.split(count[patch])[number] for patch, features in given.items()}
        alone = model.language_model.model(inputs_embeds=model.embed(torch.tensor([row]), own)).last_hidden_state
        torch.testing.assert_close(alone[0], together[number], **CLOSE)


@pytest.mark.parametrize(
    ("row", "images"),
    [
        ([1, *block(IMAGE)], 0),
        ([1, *block(IMAGE)], 2),
        ([1, 5], 1),
        ([1, *block(IMAGE)[:-2]], 1),
        ([1, *block(IMAGE), IMAGE], 1),
    ],
)
def test_tokens_and_features_that_differ_in_number_are_an_error(
    model: GroundingGPT, row: list[int], images: int
) -> None:
    features = torch.zeros(images, PATCHES[IMAGE], 16) if images else None
    with pytest.raises(ValueError, match="patch tokens"):
        model.embed(torch.tensor([row]), {IMAGE: features, VIDEO: None})


def test_patches_split_between_rows_are_an_error(model: GroundingGPT) -> None:
    """In sum they would be enough for two pictures."""
    ids = torch.tensor([[IMAGE] * 3 + [5] * 2, [IMAGE] * 5])
    with pytest.raises(ValueError, match="patch tokens"):
        model.embed(ids, {IMAGE: torch.zeros(2, PATCHES[IMAGE], 16)})


def test_words_beside_media_can_be_kept_from_learning() -> None:
    model = media_model(4)
    ids = torch.tensor([[1, 5, *block(IMAGE), 6], [1, 20, 21, 22, 23, 24, 25, 26, 27]])
    features = torch.randn(1, PATCHES[IMAGE], 16, requires_grad=True)
    model.embed(ids, {IMAGE: features}, train_words=False).sum().backward()
    moved = model.language_model.get_input_embeddings().weight.grad.abs().sum(1).nonzero()[:, 0].tolist()
    assert moved == [1, *range(20, 28), IMAGE + 1, IMAGE + 2], "the row without media, and the borders of the picture"
    assert features.grad is not None and features.grad.abs().min() > 0


@torch.inference_mode()
def test_a_conversation_goes_on_without_encoding_again(model: GroundingGPT) -> None:
    encoded: list[str] = []
    assert model.video is not None and model.audio is not None
    parts = {"picture": model.vision_tower, "video": model.video, "sound": model.audio}
    hooks = [part.register_forward_hook(lambda *_, name=name: encoded.append(name)) for name, part in parts.items()]
    given = features_of(model, images=pictures(1), clips=[clip(3)], sounds=[sound(2)])
    first = torch.tensor([[1, *block(AUDIO), *block(VIDEO), *block(IMAGE)]])
    more = torch.tensor([[4, 5, 6, 7]])
    prefix = encode_conversation(model, first, given)
    longer = continue_conversation(model, prefix, more)
    steps = {"end_id": 99, "pad_id": 0, "max_new_tokens": 8}
    apart = greedy(model, longer, [0, 0], [[8, 9], [10]], **steps)
    at_once = greedy(
        model, encode_conversation(model, torch.cat([first, more], 1), given), [0, 0], [[8, 9], [10]], **steps
    )
    for hook in hooks:
        hook.remove()
    assert [answer.ids for answer in apart] == [answer.ids for answer in at_once]
    assert sorted(encoded) == ["picture", "sound", "video"]
    assert prefix.length == first.shape[1] and prefix.cache.get_seq_length() == first.shape[1], "can be used again"


def test_an_answer_ends_where_it_says(model: GroundingGPT) -> None:
    prefix = encode_conversation(model, torch.tensor([[1, 4]]), {})
    steps = {"end_id": 99, "pad_id": 0, "max_new_tokens": 6}
    free = greedy(model, prefix, [0], [[5]], **steps)[0].ids
    cut = greedy(model, prefix, [0], [[5]], **steps, stops=lambda ids: len(ids) == 3)[0]
    assert len(free) == 6 and cut.ids == free[:3] and cut.finished


@torch.inference_mode()
def test_half_precision_computes_the_same_within_its_precision(model: GroundingGPT) -> None:
    half = media_model().to(torch.bfloat16)
    for ours, theirs in (
        (half.video_features([clip(3)]), model.video_features([clip(3)])),
        (half.sound_features([sound(2)]), model.sound_features([sound(2)])),
    ):
        assert ours.dtype == torch.bfloat16
        assert float((ours.float() - theirs).norm() / theirs.norm()) < 0.1


def test_the_scale_of_a_sound_is_bounded() -> None:
    model = media_model()
    assert model.audio is not None
    model.audio.trunk.log_logit_scale.fill_(math.log(1e6))
    with torch.inference_mode():
        lengths = model.audio.trunk(sound(3)).norm(dim=-1)
    torch.testing.assert_close(lengths, torch.full((3,), 100.0), atol=1e-3, rtol=0)


def test_a_configuration_with_all_branches_is_read_as_it_was_written(tmp_path: Path) -> None:
    media_config().save(tmp_path)
    assert GroundingGPTConfig.load(tmp_path) == media_config()


def test_the_bundled_checkpoint_says_what_it_has() -> None:
    config = GroundingGPTConfig.load(bundled("ckpt/mini"))
    branches = {"image", *(["video"] if config.video else []), *(["audio"] if config.audio else [])}
    assert set(config.patches) == branches


def test_a_checkpoint_without_branches_says_so() -> None:
    config = media_config()
    model = GroundingGPT(GroundingGPTConfig(vision=config.vision, text=config.text))
    with pytest.raises(ValueError, match="no video branch"):
        model.video_features([clip(1)])
    with pytest.raises(ValueError, match="no sound branch"):
        model.sound_features([sound(1)])


@torch.inference_mode()
def test_a_checkpoint_with_all_branches_comes_back_as_it_was(model: GroundingGPT, tmp_path: Path) -> None:
    tokenizer = Tokenizer(models.BPE(vocab={"<unk>": 0}, merges=[], unk_token="<unk>"))
    save_checkpoint(tmp_path, model, tokenizer, torch.float32)
    loaded = load_model(tmp_path)
    assert torch.equal(loaded.video_features([clip(3)]), model.video_features([clip(3)]))
    assert torch.equal(loaded.sound_features([sound(2)]), model.sound_features([sound(2)]))
