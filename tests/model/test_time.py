"""Videos and sounds are asked about in time: seconds, senses, windows, caches, errors, cancelling, memory's limits."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

from core.errors import Cancelled, MediaError, ModelError
from core.grounding.groundinggpt.answering import Answering, FrameTokens
from core.grounding.groundinggpt.checkpoint import load_model
from core.grounding.groundinggpt.configuration import AnswerGrammar
from core.grounding.groundinggpt.grounder import GroundingGPTGrounder
from core.grounding.groundinggpt.loading import load_grounder
from core.grounding.groundinggpt.media_tensors import read_medium
from core.grounding.groundinggpt.processing import Processor
from core.jobs import JobContext, Progress
from core.schema import Answer, Box, MediaSource, Proposal, Segment
from core.workflows.ask import medium_at
from tests.fakes_time import WatchfulAnswering, queries, timed_checkpoint, watchful, write_clip, write_recording

BRIGHT = [(3.0, 5.0), (8.0, 9.0)]
BEEP = (1.0, 2.5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("time")


@pytest.fixture(scope="module")
def clip(folder: Path) -> MediaSource:
    """12 s, bright twice, with a beep at another time."""
    return write_clip(folder / "clip.mp4", 12, bright=BRIGHT, loud=[BEEP])


@pytest.fixture(scope="module")
def recording(folder: Path) -> MediaSource:
    """95 s of all but silence with two beeps, one of which lies over the end of a window."""
    return write_recording(folder / "long.wav", 95, [(25.0, 27.0), (79.2, 81.2)])


@pytest.fixture(scope="module")
def model_folder(folder: Path) -> Path:
    return timed_checkpoint(folder / "random", grammar=AnswerGrammar(max_regions=4, spans=("video", "audio")))


@pytest.fixture
def watching(tmp_path: Path) -> tuple[GroundingGPTGrounder, WatchfulAnswering]:
    return watchful(tmp_path / "watchful")


def ask(grounder: GroundingGPTGrounder, source: MediaSource, *words: str, **options: object) -> list[Answer]:
    return list(grounder.ground(queries(source, *words, **options), source, JobContext()))


def spans(proposals: Sequence[Proposal], sense: str) -> list[tuple[float, float]]:
    found = [p.region for p in proposals if p.sense == sense and isinstance(p.region, Segment)]
    return sorted((region.start_s, region.end_s) for region in found)


def near(found: Sequence[tuple[float, float]], truth: Sequence[tuple[float, float]], within_s: float) -> bool:
    return len(found) == len(truth) and all(
        abs(a - b) <= within_s for x, y in zip(found, truth, strict=True) for a, b in zip(x, y, strict=True)
    )


def test_both_senses_answer_with_seconds_and_say_which(watching: tuple, clip: MediaSource) -> None:
    grounder, _ = watching
    found, absent = ask(grounder, clip, "something", "nothing")
    assert near(spans(found.proposals, "see"), BRIGHT, 12 / 64 + 0.02)
    assert near(spans(found.proposals, "hear"), [BEEP], 0.05)
    assert (found.present, found.presence_score, found.error) == (True, 0.97, None)
    precisions = {p.sense: p.precision_s for p in found.proposals}
    assert precisions == {"see": 12 / 64, "hear": pytest.approx(11 / 63, abs=0.002)}
    assert all(p.method == "decoded" and 0 < (p.score or 0) <= 1 for p in found.proposals)
    assert (absent.present, absent.proposals, absent.presence_score) == (False, (), 0.02)


@pytest.mark.parametrize(("sense", "senses"), [("see", {"see"}), ("hear", {"hear"}), ("both", {"see", "hear"})])
def test_a_sense_can_be_asked_for(watching: tuple, clip: MediaSource, sense: str, senses: set[str]) -> None:
    (answer,) = ask(watching[0], clip, "something", sense=sense)
    assert {p.sense for p in answer.proposals} == senses


def test_a_window_is_asked_in_the_mediums_own_seconds(watching: tuple, clip: MediaSource) -> None:
    (answer,) = ask(watching[0], clip, "something", window_s=(2.0, 6.0), sense="see")
    assert near(spans(answer.proposals, "see"), [BRIGHT[0]], 4 / 64 + 0.01)
    (answer,) = ask(watching[0], clip, "something", window_s=(9.5, 11.0), sense="see")
    assert answer.present is False


def test_refining_ends_at_a_frame_and_a_tenth_of_a_second(watching: tuple, clip: MediaSource) -> None:
    (answer,) = ask(watching[0], clip, "something", refine=True)
    assert near(spans(answer.proposals, "see"), BRIGHT, 0.041)
    assert near(spans(answer.proposals, "hear"), [BEEP], 0.05)
    precisions = {p.sense: p.precision_s or 9 for p in answer.proposals}
    assert precisions["see"] <= 0.0401
    assert precisions["hear"] <= 0.1001


def test_a_sense_that_ends_earlier_is_left_out_unless_insisted_on(watching: tuple, folder: Path) -> None:
    """The sound of this video ends at 3 s."""
    source = write_clip(folder / "short sound.mkv", 10, bright=[(7.0, 8.0)], loud=[(1.0, 2.0)], sound_s=3.0)
    (answer,) = ask(watching[0], source, "something", window_s=(6.0, 9.0))
    assert near(spans(answer.proposals, "see"), [(7.0, 8.0)], 0.1)
    assert any("There is nothing to hear" in text for text in answer.warnings)
    with pytest.raises(MediaError, match="There is nothing to hear"):
        ask(watching[0], source, "something", window_s=(6.0, 9.0), sense="both")
    for options in ({}, {"window_s": (0.5, 9.0)}):
        (answer,) = ask(watching[0], source, "something", **options)
        assert near(spans(answer.proposals, "hear"), [(1.0, 2.0)], 0.05)


def test_a_paused_frame_is_a_picture_with_a_time(watching: tuple, clip: MediaSource) -> None:
    (answer,) = ask(watching[0], clip, "something", at_s=4.019)
    (proposal,) = answer.proposals
    assert proposal.region == Box(16.0, 8.0, 48.0, 40.0, at_s=4.0)
    assert watching[1].encoded == [("image", None)]


def test_a_long_sound_is_swept_with_progress_and_what_was_found_so_far(watching: tuple, recording: MediaSource) -> None:
    heard: list[Progress] = []
    asked = queries(recording, "something", "nothing")
    found, absent = watching[0].ground(asked, recording, JobContext(report=heard.append))
    assert near(spans(found.proposals, "hear"), [(25.0, 27.0), (79.2, 81.2)], 0.05)
    assert (absent.present, absent.error) == (False, None)
    assert any("9 windows of 20 s" in text for text in found.warnings)
    steps = [progress for progress in heard if "windows" in progress.note]
    assert [(step.done, step.total) for step in steps] == [(k, 9) for k in range(1, 10)]
    partial = [len(step.so_far[0].proposals) for step in steps if step.so_far]
    assert partial[0] == 0
    assert partial[4] == 1
    assert partial[-1] == 2


def test_a_window_is_encoded_once_for_any_number_of_questions(watching: tuple, recording: MediaSource) -> None:
    grounder, answering = watching
    ask(grounder, recording, *[f"thing {k}" for k in range(2)], "nothing")
    once = len(answering.encoded)
    assert len(set(answering.encoded)) == once
    ask(grounder, recording, "another thing")
    assert len(answering.encoded) == once
    grounder.release_caches()
    ask(grounder, recording, "another thing")
    assert len(answering.encoded) > once


def test_preparing_encodes_what_is_asked_later(watching: tuple, clip: MediaSource) -> None:
    grounder, answering = watching
    grounder.prepare(clip, JobContext())
    assert sorted(kind for kind, _ in answering.encoded) == ["audio", "video"]
    ask(grounder, clip, "something")
    assert len(answering.encoded) == 2


def test_cancelling_ends_a_sweep_within_a_window(watching: tuple, recording: MediaSource) -> None:
    grounder, answering = watching
    token = threading.Event()
    asked: list[int] = []

    def stop_at_the_third() -> None:
        asked.append(1)
        if len(asked) == 3:
            token.set()

    answering.on_ask = stop_at_the_third
    with pytest.raises(Cancelled):
        list(grounder.ground(queries(recording, "something"), recording, JobContext(token)))
    assert len(asked) == 3


def test_an_unreadable_answer_is_an_error_and_never_absence(watching: tuple, clip: MediaSource) -> None:
    for words in ("garbled", "boxes"):
        for options in ({}, {"at_s": 1.0}, {"sense": "see"}):
            (answer,) = ask(watching[0], clip, words, **options)
            assert answer.present is None
            assert answer.error
            assert answer.raw_text


def test_fewer_frames_are_looked_at_where_memory_is_short(watching: tuple, clip: MediaSource) -> None:
    grounder, _ = watching
    grounder.frames_limit = 16
    (answer,) = ask(grounder, clip, "something", sense="see")
    assert {p.precision_s for p in answer.proposals} == {12 / 16}
    assert any("16 frames" in text for text in answer.warnings)
    grounder.frames_limit = None
    (answer,) = ask(grounder, clip, "something", sense="see")
    assert answer.warnings == ()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"at_s": 12.6}, "shows no frame at 12.6 s"),
        ({"at_s": -3.0}, "shows no frame at -3 s"),
        ({"window_s": (11.0, 14.0)}, "has no stretch from 11 s to 14 s"),
        ({"window_s": (5.0, 5.0)}, "has no stretch"),
    ],
)
def test_times_outside_the_medium_are_told(watching: tuple, clip: MediaSource, options: dict, complaint: str) -> None:
    with pytest.raises(MediaError, match=complaint):
        ask(watching[0], clip, "something", **options)


def test_senses_that_are_not_there_are_told(watching: tuple, folder: Path, recording: MediaSource) -> None:
    silent = write_clip(folder / "silent.mp4", 2, bright=[(0.5, 1.0)])
    for sense in ("hear", "both"):
        with pytest.raises(MediaError, match="silent video"):
            ask(watching[0], silent, "something", sense=sense)
    assert {p.sense for p in ask(watching[0], silent, "something")[0].proposals} == {"see"}
    with pytest.raises(MediaError, match="cannot be seen"):
        ask(watching[0], recording, "something", sense="see")
    with pytest.raises(MediaError, match="no frame"):
        ask(watching[0], recording, "something", at_s=1.0)


def test_a_picture_can_be_asked_about_with_a_sound(watching: tuple, folder: Path, recording: MediaSource) -> None:
    Image.new("RGB", (60, 40), "grey").save(folder / "picture.png")
    pair = medium_at(folder / "picture.png", Path(recording.path))
    grounder, answering = watching
    (answer,) = ask(grounder, pair, "where the sound comes from")
    assert isinstance(answer.proposals[0].region, Box)
    assert [kind for kind, _ in answering.encoded] == ["audio", "image"]
    with pytest.raises(MediaError, match="it stands still"):
        ask(grounder, pair, "something", window_s=(0.0, 1.0))


def test_models_without_a_branch_say_so(tmp_path: Path, clip: MediaSource, recording: MediaSource) -> None:
    Image.new("RGB", (60, 40), "grey").save(tmp_path / "picture.png")
    deaf, _ = watchful(tmp_path / "deaf", audio=None)
    assert {p.sense for p in ask(deaf, clip, "something")[0].proposals} == {"see"}
    with pytest.raises(ModelError, match="cannot hear"):
        ask(deaf, clip, "something", sense="hear")
    with pytest.raises(ModelError, match="cannot answer about a picture with a sound"):
        ask(deaf, medium_at(tmp_path / "picture.png", Path(recording.path)), "something")
    blind, _ = watchful(tmp_path / "blind", vision=None, video=None)
    assert {p.sense for p in ask(blind, clip, "something")[0].proposals} == {"hear"}
    with pytest.raises(ModelError, match="cannot see pictures"):
        ask(blind, clip, "something", at_s=1.0)


def test_without_taught_spans_presence_is_asked_window_by_window(tmp_path: Path, folder: Path) -> None:
    grounder, _ = watchful(tmp_path / "published", spans=("video",))
    source = write_recording(folder / "short.wav", 12, [(4.0, 8.0)])
    found, absent = ask(grounder, source, "something", "nothing")
    assert near(spans(found.proposals, "hear"), [(4.0, 8.0)], 1.0)
    assert {(p.method, p.precision_s) for p in found.proposals} == {("windows", 0.5)}
    assert any("was not taught to write times" in text for text in found.warnings)
    assert absent.present is False


def test_frames_that_come_again_go_through_the_tower_once(model_folder: Path, clip: MediaSource) -> None:
    model = load_model(model_folder)
    answering = Answering(model, Processor.load(model_folder, model.config))
    for limit in (None, 16):
        read = read_medium(clip, model.config, window_s=(1.0, 2.0), frames_limit=limit)
        assert len(set(read.frames)) == (limit or 25)
        expected = model.video_features([read.tensor])
        assert torch.allclose(answering.features(read), expected, atol=1e-5)
    seen = FrameTokens()
    for start in (0.0, 1.0, 2.0, 8.0):
        read = read_medium(clip, model.config, window_s=(start, start + 2.0))
        assert torch.allclose(answering.features(read, seen), model.video_features([read.tensor]), atol=1e-5)


def test_a_random_network_computes_through_every_branch(model_folder: Path, clip: MediaSource, tmp_path: Path) -> None:
    """Nothing it says means anything, but every shape fits and no answer is mistaken for absence."""
    grounder = load_grounder(model_folder, "cpu")
    assert grounder.describe().kinds == {"image", "video", "audio"}
    assert grounder.describe().spans == {"video", "audio"}
    Image.new("RGB", (60, 40), "grey").save(tmp_path / "picture.png")
    for source, options in (
        (clip, {}),
        (clip, {"at_s": 2.0}),
        (replace(medium_at(tmp_path / "picture.png"), sound=clip.path), {}),
    ):
        for answer in ask(grounder, source, "the beep", "the bright thing", **options):
            assert (answer.present is None) == (answer.error is not None)
            assert 0 <= (answer.presence_score or 0) <= 1
    grounder.close()
