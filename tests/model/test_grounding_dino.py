"""Grounding DINO: the real loading code and the real forward pass, on a network small enough to build in a test."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import GroundingDinoForObjectDetection

from core import commands
from core.errors import Cancelled, MediaError, ModelError
from core.geometry import iou
from core.grounding.grounding_dino.processing import BOX_THRESHOLD, NMS_IOU, Phrase, Processor, best_boxes
from core.grounding.protocol import Grounder
from core.grounding.registry import find_model, load_model
from core.jobs import JobContext, Progress
from core.media import read_image
from core.schema import Answer, Box, MediaItem, MediaSource, Query
from core.workflows.ask import ask, medium_at
from tests.fakes_dino import save_small_dino, small_config
from tests.fakes_media import Recipe, write_video

THINGS = ["The red circle", "a blue square"]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_small_dino(tmp_path_factory.mktemp("dino") / "small-dino")


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    """A copy that a test may break."""
    return Path(shutil.copytree(saved, tmp_path / "small-dino"))


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    picture = Image.new("RGB", (120, 80), (240, 240, 240))
    picture.paste((200, 20, 20), (20, 10, 60, 50))
    picture.save(path)
    return path


def load(folder: Path) -> Grounder:
    return load_model(find_model(folder), "cpu")


def answers(grounder: Grounder, picture: Path, *expressions: str) -> list[Answer]:
    return list(ask(grounder, medium_at(picture), expressions, JobContext()))


def flat_boxes(answer: Answer) -> list[float]:
    return [value for box in boxes_of(answer) for value in box]


def boxes_of(answer: Answer) -> list[tuple[float, float, float, float]]:
    regions = [proposal.region for proposal in answer.proposals]
    return [(one.x1, one.y1, one.x2, one.y2) for one in regions if isinstance(one, Box)]


def test_boxes_lie_in_the_picture_best_first_and_apart(saved: Path, picture: Path) -> None:
    answer, _ = answers(load(saved), picture, *THINGS)
    boxes, scores = boxes_of(answer), [proposal.score for proposal in answer.proposals]
    assert boxes
    assert answer.present is True
    assert all(0 <= x1 < x2 <= 120 and 0 <= y1 < y2 <= 80 for x1, y1, x2, y2 in boxes)
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= BOX_THRESHOLD
    assert answer.presence_score == scores[0]
    assert all(iou(a, b) <= NMS_IOU for k, a in enumerate(boxes) for b in boxes[:k])


def test_answers_are_those_of_the_network_asked_directly(saved: Path, picture: Path) -> None:
    """The picture is encoded once for all questions, and that changes nothing."""
    network = GroundingDinoForObjectDetection.from_pretrained(saved).eval()
    processor = Processor.load(saved, max_tokens=16, vocabulary=1100)
    phrase = processor.phrase(THINGS[1])
    assert phrase is not None
    with torch.no_grad():
        output = network(pixel_values=processor.pixel_values(read_image(picture).rgb), input_ids=phrase.ids)
    best = float(output.logits[0][:, list(phrase.places)].sigmoid().max())
    _, asked_second = answers(load(saved), picture, *THINGS)
    assert asked_second.presence_score == pytest.approx(best, abs=1e-5)


def test_queries_do_not_see_each_other(saved: Path, picture: Path) -> None:
    grounder = load(saved)
    together = answers(grounder, picture, *THINGS)
    alone = answers(load(saved), picture, THINGS[1])[0]
    assert flat_boxes(together[1]) == pytest.approx(flat_boxes(alone))
    assert flat_boxes(answers(grounder, picture, THINGS[0])[0]) == pytest.approx(flat_boxes(together[0]))


def test_pictures_are_resized_and_normalised_as_the_folder_declares(saved: Path) -> None:
    processor = Processor.load(saved, max_tokens=16, vocabulary=1100)
    white = np.full((50, 100, 3), 255, dtype=np.uint8)
    pixels = processor.pixel_values(white)
    assert tuple(pixels.shape) == (1, 3, 64, 128)  # shortest edge 64, and the longest no more than 128
    expected = torch.tensor([(1 - 0.485) / 0.229, (1 - 0.456) / 0.224, (1 - 0.406) / 0.225])
    assert torch.allclose(pixels.mean(dim=(0, 2, 3)), expected, atol=1e-4)


@pytest.mark.parametrize("expression", ["The RED circle", "the red circle.", " the red  circle ?", "the. red. circle"])
def test_an_expression_is_one_phrase_in_lower_case_with_a_dot(saved: Path, expression: str) -> None:
    processor = Processor.load(saved, max_tokens=16, vocabulary=1100)
    phrase = processor.phrase(expression)
    assert phrase is not None
    assert phrase.ids.tolist() == [[101, 1031, 1032, 1034, 1012, 102]]
    assert phrase.places == (1, 2, 3)


@pytest.mark.parametrize("expression", ["?", "...", "a car of " * 10])
def test_what_cannot_be_asked_is_an_error_not_an_absence(saved: Path, picture: Path, expression: str) -> None:
    wrong, right = answers(load(saved), picture, expression, "a car")
    assert wrong.error is not None
    assert wrong.present is None
    assert right.error is None


def test_only_the_words_of_the_phrase_count_and_covered_boxes_go() -> None:
    logits = torch.full((5, 6), -9.0)
    logits[0, 2], logits[1, 2], logits[2, 1] = 2.0, 1.0, 0.0
    logits[3, 0], logits[4, 2] = 9.0, -2.0  # a border of the phrase; below the threshold
    near = [[0.5, 0.5, 0.4, 0.4], [0.5, 0.5, 0.41, 0.4], [0.2, 0.2, 0.2, 0.2], [0.8, 0.8, 0.2, 0.2], [0.5] * 4]
    phrase = Phrase(torch.zeros(1, 6, dtype=torch.long), (1, 2))
    found = best_boxes(logits, torch.tensor(near), phrase, (200, 100))
    assert [one.box for one in found] == [pytest.approx((60, 30, 140, 70)), pytest.approx((20, 10, 60, 30))]
    assert [one.score for one in found] == pytest.approx([0.880797, 0.5], abs=1e-5)


def test_nothing_above_the_threshold_means_no_boxes(saved: Path, picture: Path) -> None:
    phrase = Phrase(torch.zeros(1, 4, dtype=torch.long), (1, 2))
    assert best_boxes(torch.full((3, 4), -3.0), torch.full((3, 4), 0.5), phrase, (10, 10)) == []


def test_it_says_what_it_cannot_do(saved: Path) -> None:
    info = load(saved).describe()
    assert info.kinds == {"image"}
    assert info.answers_absence is False
    assert info.licence == "Apache-2.0"
    assert info.memory_bytes > 100_000
    assert info.id.startswith("small-dino@")
    sound = MediaSource(MediaItem("m", "audio", "s.wav"), "s.wav")
    with pytest.raises(ModelError, match="pictures"):
        load(saved).prepare(sound, JobContext())


def test_a_paused_frame_is_a_picture_with_a_time(saved: Path, tmp_path: Path) -> None:
    video = medium_at(write_video(tmp_path / "clip.mp4", Recipe(frames=30)))
    grounder = load(saved)
    at, later = (
        next(iter(grounder.ground([Query("q", video.item.id, "a cup", at_s=time_s)], video, JobContext())))
        for time_s in (0.5, 0.9)
    )
    (shown,) = {p.region.at_s for p in at.proposals if isinstance(p.region, Box)}
    assert shown == pytest.approx(0.5, abs=0.034)
    assert [p.region for p in at.proposals] != [p.region for p in later.proposals]
    with pytest.raises(MediaError, match="shows no frame"):
        list(grounder.ground([Query("q", video.item.id, "a cup", at_s=5.0)], video, JobContext()))


def test_cancelling_lands_between_two_questions(saved: Path, picture: Path) -> None:
    class Token:
        wanted = False

        def is_set(self) -> bool:
            return self.wanted

    token = Token()

    def stop(_: Progress) -> None:
        token.wanted = True

    asked = ask(load(saved), medium_at(picture), THINGS, JobContext(token, stop))
    next(asked)
    with pytest.raises(Cancelled):
        list(asked)


def test_an_older_config_file_still_loads(folder: Path, picture: Path) -> None:
    path = folder / "config.json"
    older = {
        "_commit_hash": None, "backbone": None, "backbone_kwargs": None, "use_pretrained_backbone": False,
        "use_timm_backbone": False, "torch_dtype": "float32", "transformers_version": "4.40.0.dev0",
    }  # fmt: skip
    content = json.loads(path.read_text()) | older
    content.pop("dtype", None)
    path.write_text(json.dumps(content))
    assert answers(load(folder), picture, "a car")[0].error is None


def test_pickled_weights_load_too_and_pickled_code_does_not(folder: Path, picture: Path) -> None:
    expected = answers(load(folder), picture, "a car")[0].presence_score
    state = GroundingDinoForObjectDetection.from_pretrained(folder).state_dict()
    (folder / "model.safetensors").unlink()
    torch.save(state, folder / "pytorch_model.bin")
    assert answers(load(folder), picture, "a car")[0].presence_score == pytest.approx(expected)

    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (folder / "sprung",))

    (folder / "pytorch_model.bin").write_bytes(pickle.dumps({"weight": Trap()}))
    with pytest.raises(ModelError, match="is refused"):
        load(folder)
    assert not (folder / "sprung").exists()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


BROKEN = {
    "config without sizes": lambda f: (f / "config.json").write_text(
        '{"model_type": "grounding-dino", "d_model": "x"}'
    ),
    "config without an end": lambda f: (f / "config.json").write_text("[" * 100_000),
    "sizes of a giant": lambda f: (f / "config.json").write_text(
        json.dumps(json.loads((f / "config.json").read_text()) | {"d_model": 10**9})
    ),
    "config cut": lambda f: _cut(f / "config.json"),
    "weights cut": lambda f: _cut(f / "model.safetensors"),
    "weights are text": lambda f: (f / "model.safetensors").write_text("version https://git-lfs.github.com/spec/v1"),
    "weights missing": lambda f: (f / "model.safetensors").unlink(),
    "tokenizer missing": lambda f: (f / "tokenizer.json").unlink(),
    "tokenizer of nonsense": lambda f: (f / "tokenizer.json").write_text("{}"),
    "preprocessing missing": lambda f: (f / "preprocessor_config.json").unlink(),
    "preprocessing of nonsense": lambda f: (f / "preprocessor_config.json").write_text('{"size": {"height": "x"}}'),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_folder_is_one_clear_line(folder: Path, what: str) -> None:
    BROKEN[what](folder)
    with pytest.raises(ModelError) as caught:
        load(folder)
    assert str(folder) in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_weights_of_another_size_are_refused(folder: Path, tmp_path: Path) -> None:
    config = small_config()
    config.num_queries = 30
    config.save_pretrained(folder)
    with pytest.raises(ModelError, match="wrong shape"):
        load(folder)
    config = small_config()
    config.decoder_layers = 3
    config.save_pretrained(folder)
    with pytest.raises(ModelError, match="are missing"):
        load(folder)


def test_ground_finds_it_by_name_and_asks_it_in_its_own_process(
    saved: Path, picture: Path, groundlabel_home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(saved, groundlabel_home / "models" / "grounding-dino-tiny")
    code = commands.main(
        ["ground", str(picture), "a car", "--model", "grounding-dino-tiny", "--device", "cpu", "--json"]
    )
    out, err = capfd.readouterr()
    assert (code, err) == (0, "")
    result = json.loads(out)
    assert result["model"].startswith("grounding-dino-tiny@")
    assert result["results"][0]["proposals"][0]["method"] == "decoded"
