"""Frames that are decoded ahead and travel as bytes are the frames, and the pixels, that they are one by one."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.errors import Cancelled, MediaError
from core.grounding.groundinggpt.answering import Answering, FrameTokens
from core.grounding.groundinggpt.checkpoint import load_model
from core.grounding.groundinggpt.coming import FIRST_FRAMES
from core.grounding.groundinggpt.encoded import Kept
from core.grounding.groundinggpt.media_tensors import VideoReader
from core.grounding.groundinggpt.processing import Processor
from core.grounding.groundinggpt.video_processing import PixelTable, clip_pixels
from core.jobs import JobContext
from tests.fakes_media import H264, Recipe, write_video
from tests.fakes_time import SIDE, timed_checkpoint, timed_config

CONFIG = timed_config(512)
THREADS = [0, 1, 3]


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five keyframes, none of which begins a piece of those looked at."""
    options = {**H264, "g": "31"}
    return write_video(tmp_path_factory.mktemp("coming") / "a.mp4", Recipe(frames=150, options=options))


@pytest.fixture(scope="module")
def answering(tmp_path_factory: pytest.TempPathFactory) -> Answering:
    folder = timed_checkpoint(tmp_path_factory.mktemp("coming") / "model")
    model = load_model(folder)
    return Answering(model, Processor.load(folder, model.config))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16], ids=str)
def test_pixels_that_are_looked_up_are_those_that_are_computed(dtype: torch.dtype) -> None:
    values = np.arange(256, dtype=np.uint8)
    frames = np.stack([values, values[::-1], np.roll(values, 99)], axis=-1).reshape(
        2, 16, 8, 3
    )  # every one, by channel
    got, wanted = PixelTable(torch.device("cpu"), dtype)(frames), clip_pixels(frames).to(dtype)
    assert torch.equal(got, wanted)
    assert (got.shape, got.dtype, got.stride()) == (wanted.shape, dtype, wanted.stride())


@pytest.mark.parametrize("fit", ["stretch", "pad"])
@pytest.mark.parametrize("threads", THREADS)
def test_frames_decoded_ahead_are_those_decoded_one_by_one(video: Path, threads: int, fit: str) -> None:
    config = replace(CONFIG, video=replace(CONFIG.video, fit=fit, repeats=True))
    with VideoReader(video, config) as one, VideoReader(video, config, threads=threads, index=one.index) as ahead:
        for window in (one.extent_s, (1.0, 2.0)):  # the second shows frames several times
            wanted, got = one.window(window), ahead.window(window)
            assert torch.equal(got.tensor, wanted.tensor)
            assert (got.frames, got.window_s, got.warnings) == (wanted.frames, wanted.window_s, wanted.warnings)


@pytest.mark.parametrize("threads", THREADS)
def test_a_window_that_comes_is_encoded_as_one_that_is_here(video: Path, answering: Answering, threads: int) -> None:
    seen, known = FrameTokens(), FrameTokens()
    with VideoReader(video, answering.processor.config, threads=threads) as reader:
        for start in (0.0, 1.0, 2.0, 0.5):
            window = (start, start + 2.0)
            wanted = answering.features(reader.window(window), known)
            torch.testing.assert_close(answering.features(reader.coming(window), seen), wanted)


def test_what_is_known_is_not_decoded_again(video: Path, answering: Answering) -> None:
    kept: Kept[np.ndarray] = Kept(1000)
    white = np.full((SIDE, SIDE, 3), 255, np.uint8)
    kept.get((str(video), 40), lambda: white)
    with VideoReader(video, answering.processor.config, threads=2, kept=kept) as reader:
        coming = reader.coming((1.0, 2.0))
        squares = dict(
            pair for numbers, part in coming.pieces([39, 40, 41]) for pair in zip(numbers, part, strict=True)
        )
        assert (squares[40] == 255).all() and not (squares[39] == 255).all()
        assert len(kept) == 3
        seen = FrameTokens()
        answering.features(coming, seen)
        before = len(kept)
        kept.clear()
        answering.features(reader.coming((1.0, 2.5)), seen)  # the frames of its last third are new
        assert 0 < len(kept) < before


def test_a_job_that_is_cancelled_stops_those_who_decode_ahead(video: Path) -> None:
    stop = threading.Event()
    with VideoReader(video, CONFIG, threads=2) as reader:
        pieces = reader.coming(reader.extent_s, JobContext(stop)).pieces(range(0, 150, 2))
        numbers, part = next(pieces)
        assert (len(numbers), part.shape) == (FIRST_FRAMES, (FIRST_FRAMES, SIDE, SIDE, 3))
        stop.set()
        with pytest.raises(Cancelled):
            list(reader.coming(reader.extent_s, JobContext(stop)).pieces(range(1, 150, 2)))


def test_a_file_that_goes_away_is_an_error_in_every_thread(video: Path, tmp_path: Path) -> None:
    path = tmp_path / "gone.mp4"
    path.write_bytes(video.read_bytes())
    with VideoReader(path, CONFIG, threads=2) as reader:
        path.unlink()
        with pytest.raises(MediaError, match=r"gone\.mp4"):
            reader.window(reader.extent_s)
