"""Compares how pictures, videos, sounds and boxes are prepared with a folder's numbers, by the keys of its files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

from core.grounding.groundinggpt.audio_processing import clip_spans, log_mel, sound_clips
from core.grounding.groundinggpt.box_text import boxes_of_picture
from core.grounding.groundinggpt.configuration import AudioConfig
from core.grounding.groundinggpt.processing import CLIP_MEAN, CLIP_STD, normalise, pad_to_square, picture_pixels
from core.grounding.groundinggpt.published import published_config
from core.grounding.groundinggpt.video_processing import (
    CROP_RATIO,
    CROP_SCALE,
    Crop,
    draw_crop,
    frame_indices,
    scaled_crop,
    training_pixels,
)
from core.media.audio import AudioFile
from core.media.video import open_video
from tests.model.parity.report import Report

IMAGE_TOLERANCE = 1e-5
MEL_TOLERANCE = 1e-3
SOUND_TOLERANCE = 1e-4
EXTREMES_TOLERANCE = 1e-3  # of 255
LENGTH_TOLERANCE = 1e-3  # seconds
RATE_TOLERANCE = 5e-3  # frames a second
DECODED_TOLERANCE = 2.0  # of 255, on average

# How two versions of one library lay clips over a sound.
CLIP_STARTS = {"pypi_0.1.5": "end_open", "git_28fe037": "end_closed"}


# What descriptions may say. Of these only `msg` and notes are not compared: the app puts no such words into a prompt.
_PICTURE_KEYS = {"size_wh", "padded_size", "pad_color", "paste_offset_xy"}
_BOX_KEYS = {"width", "height", "input", "expected", "chained_replacement_quirk"}
_VIDEO_KEYS = {
    "file", "n_frms", "height", "width", "vlen", "avg_fps", "msg", "note", "indices", "transform",
    "random_crop_params",
}  # fmt: skip
_TRANSFORM_KEYS = {"image_size", "ops", "scale", "ratio", "mean", "std", "crops", "note"}
_SOUND_KEYS = {
    "file", "sample_rate", "channels", "seconds", "shape", "samples_at_16k",
    "max_abs_diff_if_clips_are_copied_before_mean_subtraction",
}  # fmt: skip


class Preprocessing:
    """The files of one folder; every tensor in it has to be asked for by some description."""

    def __init__(self, folder: Path, report: Report) -> None:
        self.folder = folder
        self.report = report
        self.tensors = {path: load_file(path) for path in sorted(folder.glob("*.safetensors"))}

    def run(self) -> None:
        """Compare everything; what no description leads to is an unknown key."""
        for path in sorted(self.folder.glob("*.json")):
            content = json.loads(path.read_text(encoding="utf-8"))
            compare = self._comparison(content)
            if compare is None:
                self.report.fail(f"{path.name}: of an unknown kind")
            else:
                compare(content)
        for path, left in self.tensors.items():
            for key in left:
                self.report.fail(f"{path.name}: unknown key {key}")

    def _comparison(self, content: Any) -> Callable[[Any], None] | None:
        first = content[0] if isinstance(content, list) and content else content
        if not isinstance(first, dict):
            return None
        if isinstance(content, list):
            kinds = {"duration": self._clip_times, "expected": self._boxes}
            return next((compare for key, compare in kinds.items() if key in first), None)
        if "pairs" in content:
            return self._indices
        if "images" in content:
            return self._pictures
        if "transform" in content:
            return self._video
        parts = list(content.values())
        return self._sounds if parts and all(isinstance(p, dict) and "samples_at_16k" in p for p in parts) else None

    def _take(self, key: str, stem_end: str = "") -> Tensor | None:
        """The tensor of this key, once, from the file whose name ends so."""
        for path, tensors in self.tensors.items():
            if key in tensors and path.stem.endswith(stem_end):
                return tensors.pop(key)
        return None

    def _keys(self, pattern: str, stem_end: str = "") -> list[re.Match[str]]:
        keys = [key for path, tensors in self.tensors.items() if path.stem.endswith(stem_end) for key in tensors]
        return [match for key in keys if (match := re.fullmatch(pattern, key))]

    def _file(self, stem_end: str) -> Path:
        others = (".json", ".safetensors")
        files = (path for path in sorted(self.folder.iterdir()) if path.suffix not in others)
        return next(path for path in files if path.stem.endswith(stem_end))

    # --- pictures and boxes ----------------------------------------------------------------

    def _pictures(self, content: dict[str, Any]) -> None:
        processor, report = content["processor"], self.report
        side = int(processor["crop_size"]["height"])
        wanted = {
            "crop_size": {"height": side, "width": side},
            "do_center_crop": True,
            "do_convert_rgb": True,
            "do_normalize": True,
            "do_rescale": True,
            "do_resize": True,
            "image_mean": list(CLIP_MEAN),
            "image_std": list(CLIP_STD),
            "image_processor_type": processor["image_processor_type"],
            "resample": int(Image.Resampling.BICUBIC),
            "rescale_factor": 1 / 255,
            "size": {"shortest_edge": side},
        }
        report.value("picture processor", "picture processor", wanted, processor)
        report.known("pictures", content, {"processor", "images"})
        for name, facts in content["images"].items():
            report.known(name, facts, _PICTURE_KEYS)
            with Image.open(self._file(name)) as picture:
                rgb = np.asarray(picture.convert("RGB"))
            padded = pad_to_square(rgb, tuple(facts["pad_color"]))
            report.value(f"{name} size", "picture sizes", list(rgb.shape[1::-1]), facts["size_wh"])
            report.value(f"{name} colour", "picture sizes", list(published_config().pad_rgb), facts["pad_color"])
            report.value(f"{name} padded size", "picture sizes", list(padded.shape[1::-1]), facts["padded_size"])
            left, top = facts["paste_offset_xy"]
            inside = padded[top : top + rgb.shape[0], left : left + rgb.shape[1]]
            report.value(f"{name} place", "picture sizes", bool((inside == rgb).all()), True)
            pixels = picture_pixels(rgb, side, tuple(facts["pad_color"]))
            for match in self._keys(r"padded_uint8|padded_size|pixel_values(?:_strided_(\d+))?", name):
                want = self._take(match.string, name)
                assert want is not None
                stride = int(match[1] or 1)
                got = {
                    "padded_uint8": torch.from_numpy(padded.copy()),
                    "padded_size": torch.tensor(padded.shape[1::-1]),
                }.get(match.string, pixels[..., ::stride, ::stride])
                tolerance = IMAGE_TOLERANCE if want.is_floating_point() else 0.0
                stage = "picture pixels" if want.is_floating_point() else "picture padding"
                report.tensor(f"{name} {match.string}", stage, got, want, tolerance)

    def _boxes(self, content: list[dict[str, Any]]) -> None:
        for case in content:
            self.report.known("boxes", case, _BOX_KEYS)
            size = (case["width"], case["height"])
            where = f"boxes in {case['input']!r} of {size}"
            got = boxes_of_picture(case["input"], size, as_published=True)
            self.report.value(where, "box texts", got, case["expected"])
            if not case["chained_replacement_quirk"]:
                self.report.value(where, "box texts", boxes_of_picture(case["input"], size), case["expected"])

    # --- video -----------------------------------------------------------------------------

    def _indices(self, content: dict[str, Any]) -> None:
        for pair in content.pop("pairs"):
            count, wanted = pair["vlen"], pair["n_frms"]
            where = f"frames of {count} for {wanted}"
            got = frame_indices(count, wanted, as_published=True)
            self.report.value(where, "frame indices", got, pair["indices"])
            kept = pair["indices"][: min(count, wanted)]
            self.report.value(where, "frame indices", frame_indices(count, wanted), kept)
        for key, rows in content.items():
            if not re.match(r"pairs_with_index_count", key):
                self.report.fail(f"frame indices: unknown key {key}")
                continue
            for count, wanted, found in rows:
                got = len(frame_indices(count, wanted, as_published=True))
                self.report.value(f"frames of {count} for {wanted}", "frame counts", got, found)

    def _video(self, content: dict[str, Any]) -> None:
        self.report.known("video", content, _VIDEO_KEYS)
        self.report.known("video transform", content["transform"], _TRANSFORM_KEYS)
        for case in content["random_crop_params"]:
            height, width = case["clip_shape_CTHW"][2:]
            self._crop(f"crop by {case['torch_seed']}", height, width, case["torch_seed"], case["i_j_h_w"])
        self._transforms(content["transform"])
        if "file" not in content:
            return
        path = self.folder / content["file"]
        indices = frame_indices(content["vlen"], content["n_frms"], as_published=True)
        self.report.value(f"{content['file']} frames", "frame indices", indices, content["indices"])
        with open_video(path) as video:
            count, rate = len(video.index), float(video.index.fps)
        self.report.value(f"{path.name} frames", "video files", count, content["vlen"])
        self.report.number(f"{path.name} rate", "video rates", abs(rate - content["avg_fps"]), RATE_TOLERANCE)
        self._decoded(path, indices, (content["width"], content["height"]))

    def _crop(self, where: str, height: int, width: int, seed: int, want: list[int]) -> Crop:
        crop = draw_crop(height, width, torch.Generator().manual_seed(seed))
        self.report.value(where, "crops", [crop.top, crop.left, crop.height, crop.width], want)
        return crop

    def _transforms(self, content: dict[str, Any]) -> None:
        for key, ours in (("scale", CROP_SCALE), ("ratio", CROP_RATIO), ("mean", CLIP_MEAN), ("std", CLIP_STD)):
            self.report.value(f"video transform {key}", "video transform", list(ours), content[key])
        inputs = {match[1]: self._take(match.string) for match in self._keys(r"(.+)\.input")}
        for name, case in content["crops"].items():
            clip = inputs[name.rpartition(".")[0]]
            want = self._take(f"{name}.expected")
            if clip is None or want is None:
                self.report.fail(f"{name}: no tensors")
                continue
            frames = clip.transpose(0, 1)
            crop = self._crop(name, frames.shape[2], frames.shape[3], case["torch_seed"], case["i_j_h_w"])
            scaled = scaled_crop(frames, crop, content["image_size"])
            low, high = case["float_min_max_before_uint8"]
            beyond = max(abs(float(scaled.min()) - low), abs(float(scaled.max()) - high))
            self.report.number(f"{name} extremes", "video transform extremes", beyond, EXTREMES_TOLERANCE)
            got = training_pixels(frames, crop, content["image_size"], as_published=True).transpose(0, 1)
            self.report.tensor(name, "video pixels, by lot", got, want, IMAGE_TOLERANCE)
        for match in self._keys(r"(.+)\.eval\.expected"):
            want, clip = self._take(match.string), inputs.get(match[1])
            got = None if clip is None else normalise(clip.transpose(0, 1)).transpose(0, 1)
            assert want is not None
            self.report.tensor(match.string, "video pixels", got, want, IMAGE_TOLERANCE)

    def _decoded(self, path: Path, indices: list[int], size_wh: tuple[int, int]) -> None:
        for key, size in (("frames_native_uint8_CTHW", None), ("frames_resized_uint8_CTHW", size_wh)):
            want = self._take(key)
            if want is None:
                continue
            for fast in (False, True):
                with open_video(path, fast=fast) as video:
                    frames = np.stack(list(video.frames_at(indices, size_wh=size)))
                    decoder = video.reader
                tolerance = 0.0 if decoder == "decord" else DECODED_TOLERANCE
                got = torch.from_numpy(frames).permute(3, 0, 1, 2)
                where, stage = f"{path.name} {key}, {decoder}", f"decoded frames, {decoder}"
                if got.shape != want.shape:
                    self.report.fail(f"{where}: shape {tuple(got.shape)}, expected {tuple(want.shape)}")
                    continue
                self.report.tensors += 1
                self.report.number(where, stage, float((got.float() - want.float()).abs().mean()), tolerance)

    # --- sound -----------------------------------------------------------------------------

    def _config(self, shape: torch.Size, starts: str) -> AudioConfig:
        audio = published_config().audio
        assert audio is not None
        return replace(audio, clips=shape[-4], mel_bins=shape[-2], mel_frames=shape[-1], clip_starts=starts)

    def _sounds(self, content: dict[str, Any]) -> None:
        rate = self._config(torch.Size((1, 1, 1, 1)), "end_open").sample_rate
        for name, facts in content.items():
            self.report.known(name, facts, _SOUND_KEYS)
            with AudioFile(self.folder / facts["file"]) as file:
                self.report.value(f"{name} rate", "sound files", file.native_rate, facts["sample_rate"])
                self.report.value(f"{name} channels", "sound files", file.channels, facts["channels"])
                apart = abs(file.end_s() - facts["seconds"])
                self.report.number(f"{name} seconds", "lengths of sounds", apart, LENGTH_TOLERANCE)
                sound = torch.from_numpy(file.read(rate=rate, channels="all"))
            self.report.value(f"{name} length", "sound files", sound.shape[1], facts["samples_at_16k"])
            for match in self._keys(rf"{re.escape(name)}\.(.+)"):
                self._sound(name, match[1], sound, rate, facts)

    def _sound(self, name: str, kind: str, sound: Tensor, rate: int, facts: dict[str, Any]) -> None:
        mel, raw = re.fullmatch(r"mel_(.+)", kind), re.fullmatch(r"raw_fbank_clip0_T_by_(\d+)", kind)
        where = f"{name}.{kind}"
        if mel and mel[1] in CLIP_STARTS:
            want = self._take(where)
            assert want is not None
            config = self._config(want.shape, CLIP_STARTS[mel[1]])
            self.report.value(f"{where} shape", "sound files", list(want.shape), facts["shape"])
            published = sound_clips(sound, config, as_published=True)[None]
            self.report.tensor(where, "mel", published, want, MEL_TOLERANCE)
            if mel[1] == next(iter(CLIP_STARTS)):
                copied = float((sound_clips(sound, config)[None] - want).abs().max())
                said = facts["max_abs_diff_if_clips_are_copied_before_mean_subtraction"]
                self.report.number(f"{where}, clips copied", "mel, clips copied", abs(copied - said), MEL_TOLERANCE)
        elif raw:
            want = self._take(where)
            config = self._config(torch.Size((1, 1, 1, 1)), "end_open")
            first = sound[:, : int(config.clip_s * rate)]
            got = log_mel((first - first.mean())[0], rate, int(raw[1]))
            assert want is not None
            self.report.tensor(where, "mel, raw", got, want, MEL_TOLERANCE)
        elif kind == "resampled_16k":
            want = self._take(where)
            assert want is not None
            self.report.tensor(where, "resampled sound", sound[:, : want.shape[1]], want, SOUND_TOLERANCE)

    def _clip_times(self, content: list[dict[str, Any]]) -> None:
        shape = torch.Size((1, 1, 1))
        for case in content:
            for key, want in case.items():
                if key == "duration":
                    continue
                starts = CLIP_STARTS.get(key.removeprefix("pytorchvideo_"))
                if starts is None:
                    self.report.fail(f"clip times: unknown key {key}")
                    continue
                config = self._config(torch.Size((len(want["clips"]), *shape)), starts)
                spans = clip_spans(case["duration"], config)
                rate, where = config.sample_rate, f"clips of {case['duration']} s, {key}"
                got = [[float(start), float(end)] for start, end in spans]
                self.report.value(where, "clip times", got, want["clips"])
                cut = [[int(start * rate), int(end * rate)] for start, end in spans]
                self.report.value(where, "clip samples", cut, want["sample_slices_at_16k"])
