"""Runs a case of a fixtures folder through the model, as its keys demand, and compares every expected tensor."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from core.grounding.groundinggpt.decoding import encode_conversation, greedy
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.original_names import Unused, place_of
from tests.model.parity.report import Report

STAGE_TOLERANCE = 1e-4
LOGITS_TOLERANCE = 2e-4
IGNORED_LABEL = -100
# How well the reference agreed with itself, and how clear its choices were.
_ABOUT_THE_REFERENCE = {"max_abs_diff_on_rerun", "min_greedy_gap"}
_ROW_MEDIUM = re.compile(r"(image|video|sound)_(\d+)")
_GRADIENT = re.compile(r"(grad|grad_stage1)\.(.+)")


@contextmanager
def captured(model: GroundingGPT) -> Iterator[dict[str, list[Tensor]]]:
    """Outputs of the parts of the model while it computes, under the names of the stages."""
    seen: dict[str, list[Tensor]] = {}
    parts: dict[str, tuple[nn.Module, Callable[[Any], Tensor]]] = {"image_features": (model.mm_vision_projector, _same)}
    if model.video is not None:
        parts |= {
            "eva_embeddings": (model.video.tower.embeddings, _same),
            "eva_out": (model.video.tower.encoder, _last),
            "ln_vision_out": (model.video.tower.post_layernorm, _same),
            "qformer_out": (model.video.frame_qformer, _same),
            "video_qformer_out": (model.video.clip_qformer, _same),
            "video_features": (model.video.projection, _same),
        }
    if model.audio is not None:
        parts |= {
            "audio_trunk_out": (model.audio.trunk.blocks[-1], _same),
            "audio_encoder_feature": (model.audio.trunk.norm, _same),
            "audio_encoder_final": (model.audio.trunk, _same),
            "audio_qformer_out": (model.audio.qformer, _same),
            "sound_features": (model.audio.projection, _same),
        }
    hooks = [
        part.register_forward_hook(
            lambda _m, _i, out, name=name, read=read: seen.setdefault(name, []).append(read(out))
        )
        for name, (part, read) in parts.items()
    ]
    try:
        yield seen
    finally:
        for hook in hooks:
            hook.remove()


def _same(output: Any) -> Tensor:
    return output


def _last(output: Any) -> Tensor:
    return output.last_hidden_state


class Case:
    """One file: what goes in, what must come out."""

    def __init__(
        self, path: Path, model: GroundingGPT, ids: dict[str, int], report: Report, summary: dict[str, Any]
    ) -> None:
        self.path = path
        self.summary = dict(summary)
        self.model = model
        self.report = report
        self.patches = {
            "image": ids["im_patch_token"],
            "video": ids["video_patch_token"],
            "sound": ids["sound_patch_token"],
        }
        tensors = {key: t.float() if t.is_floating_point() else t for key, t in load_file(path).items()}
        self.inputs = {key.removeprefix("input."): t for key, t in tensors.items() if key.startswith("input.")}
        self.expected = {key.removeprefix("expected."): t for key, t in tensors.items() if key.startswith("expected.")}
        for key in tensors:
            if not key.startswith(("input.", "expected.")):
                report.fail(f"{path.name}: unknown key {key}")

    def run(self) -> None:
        """Compute all that is expected and compare it."""
        if not self.expected:
            self.report.fail(f"{self.path.name}: nothing is expected of it")
            return
        got = self.compute()
        self._summary(got)
        for key, want in self.expected.items():
            stage = "gradients" if _GRADIENT.fullmatch(key) else re.sub(r"_\d+$", "", key)
            value = got.get(key)
            if key in ("logits", "inputs_embeds", "final_hidden") and "attention_mask" in self.inputs:
                real = self.inputs["attention_mask"].bool()
                value, want = (None if value is None else value[real]), want[real]
            tolerance = LOGITS_TOLERANCE if key == "logits" else STAGE_TOLERANCE
            if not want.is_floating_point():
                tolerance = 0.0
            self.report.tensor(f"{self.path.name} {key}", stage, value, want, tolerance)
        known = {"input_ids", "attention_mask", "labels", "images", "videos", "sounds"}
        for key in self.inputs:
            if key not in known and not _ROW_MEDIUM.fullmatch(key):
                self.report.fail(f"{self.path.name}: unknown input {key}")

    def compute(self) -> dict[str, Tensor]:
        """Everything that the model shows of these inputs, under the names that a folder expects it by."""
        media = self._media()
        return self._train(media) if "labels" in self.inputs else self._answer(media)

    def _summary(self, got: dict[str, Tensor]) -> None:
        """What the folder says in passing about this case's tensors: shape, mean, deviation, largest value."""
        for key, (shape, *numbers) in self.summary.pop("stats", {}).items():
            if key not in got:
                self.report.fail(f"{self.path.name}: unknown summary of {key}")
                continue
            value = got[key].double()
            self.report.value(f"{self.path.name} shape of {key}", "shapes", list(value.shape), shape)
            ours = (float(value.mean()), float(value.std()), float(value.abs().max()))
            apart = max(abs(a - b) for a, b in zip(ours, numbers, strict=True))
            tolerance = LOGITS_TOLERANCE if key == "logits" else STAGE_TOLERANCE
            self.report.number(f"{self.path.name} summary of {key}", "summaries", apart, tolerance)
        if "n_generated" in self.summary:
            count = self.expected["generated_ids"].shape[-1]
            self.report.value(f"{self.path.name} generated", "shapes", count, self.summary.pop("n_generated"))
        if "loss" in self.summary:
            apart = abs(float(got["loss"]) - self.summary.pop("loss"))
            self.report.number(f"{self.path.name} loss", "summaries", apart, STAGE_TOLERANCE)
        for key in self.summary.keys() - _ABOUT_THE_REFERENCE:
            self.report.fail(f"{self.path.name}: unknown summary {key}")

    # --- what goes in ----------------------------------------------------------------------

    def _media(self) -> dict[str, list[Tensor]]:
        """Media of each kind in the order of the rows: pictures [3, h, w], clips [t, 3, h, w], sounds [c, 1, m, f]."""
        media: dict[str, list[Tensor]] = {"image": [], "video": [], "sound": []}
        for kind, several in media.items():
            several += list(self.inputs.get(f"{kind}s", ()))
            numbered = {
                int(match[2]): tensor
                for key, tensor in self.inputs.items()
                if (match := _ROW_MEDIUM.fullmatch(key)) and match[1] == kind
            }
            several += [numbered[row] for row in sorted(numbered)]
        clips = [clip.transpose(0, 1) for clip in media["video"]]
        sounds = [sound[0] if sound.dim() == 5 else sound for sound in media["sound"]]
        return {"image": media["image"], "video": clips, "sound": sounds}

    def _features(self, media: dict[str, list[Tensor]]) -> dict[int, Tensor | None]:
        """Every medium through its encoder, once."""
        model = self.model
        return {
            self.patches["image"]: model.image_features(torch.stack(media["image"])) if media["image"] else None,
            self.patches["video"]: model.video_features(media["video"]) if media["video"] else None,
            self.patches["sound"]: model.sound_features(media["sound"]) if media["sound"] else None,
        }

    # --- what comes out --------------------------------------------------------------------

    @torch.inference_mode()
    def _answer(self, media: dict[str, list[Tensor]]) -> dict[str, Tensor]:
        with captured(self.model) as seen:
            features = self._features(media)
        got = {name: torch.cat(parts) for name, parts in seen.items()}
        if media["image"]:
            pixels = torch.stack(media["image"])
            got["clip_selected"] = self.model.vision_states(pixels)
            hidden = self.model.vision_tower(pixels, output_hidden_states=True).hidden_states
            got |= {f"clip_hidden_{number}": states for number, states in enumerate(hidden)}
        self._shape_encoders(got, features, media)
        if "input_ids" in self.inputs:
            got |= self._language(features)
        return got

    def _shape_encoders(
        self, got: dict[str, Tensor], features: dict[int, Tensor | None], media: dict[str, list[Tensor]]
    ) -> None:
        for name in ("audio_encoder_feature", "audio_encoder_final"):
            if name in got:  # clips side by side -> sounds of clips
                got[name] = got[name].unflatten(0, (len(media["sound"]), -1))
        for kind in ("video", "sound"):
            tokens = features[self.patches[kind]]
            if tokens is not None:  # all tokens of a medium are attended to
                got |= {f"{kind}_out": tokens, f"{kind}_atts": torch.ones(tokens.shape[:2], dtype=torch.int64)}

    def _language(self, features: dict[int, Tensor | None]) -> dict[str, Tensor]:
        language, ids = self.model.language_model, self.inputs["input_ids"]
        embeds = self.model.embed(ids, features)
        mask = self.inputs.get("attention_mask")
        final = language.model(inputs_embeds=embeds, attention_mask=mask, use_cache=False).last_hidden_state
        got = {"inputs_embeds": embeds, "final_hidden": final, "logits": language.lm_head(final)}
        if "generated_ids" in self.expected:
            got["generated_ids"] = self._generate(features)
        return got

    def _generate(self, features: dict[int, Tensor | None]) -> Tensor:
        """Greedy ids by the decoding that answers questions: all up to the last medium is read once, and continued."""
        ids, want = self.inputs["input_ids"], self.expected["generated_ids"]
        patches = torch.isin(ids, torch.tensor(list(self.patches.values()))).any(0).nonzero()
        end = int(patches.max()) + 1 if len(patches) else 1
        prefix = encode_conversation(self.model, ids[:, :end], features)
        end_id = self.model.language_model.config.eos_token_id
        answers = greedy(
            self.model,
            prefix,
            range(len(ids)),
            ids[:, end:].tolist(),
            end_id=end_id,
            pad_id=0,
            max_new_tokens=want.shape[-1],
        )
        rows = [[*answer.ids, end_id] if answer.finished else answer.ids for answer in answers]
        return torch.tensor(rows[0] if want.dim() == 1 else rows)

    def _train(self, media: dict[str, list[Tensor]]) -> dict[str, Tensor]:
        got: dict[str, Tensor] = {}
        kinds = {match[1] for key in self.expected if (match := _GRADIENT.fullmatch(key))} | {"grad"}
        for kind in sorted(kinds):
            self.model.zero_grad(set_to_none=True)
            loss, logits = self._loss(media, train_words=kind == "grad")
            loss.backward()
            if kind == "grad":
                got |= {"loss": loss.detach()[None], "logits": logits.detach()}
            for key in self.expected:
                match = _GRADIENT.fullmatch(key)
                if match and match[1] == kind and (gradient := self._gradient(match[2])) is not None:
                    got[key] = gradient
        self.model.zero_grad(set_to_none=True)
        return got

    def _loss(self, media: dict[str, list[Tensor]], *, train_words: bool) -> tuple[Tensor, Tensor]:
        ids, labels = self.inputs["input_ids"], self.inputs["labels"]
        embeds = self.model.embed(ids, self._features(media), train_words=train_words)
        mask = self.inputs.get("attention_mask")
        logits = self.model.language_model(inputs_embeds=embeds, attention_mask=mask, use_cache=False).logits
        loss = nn.functional.cross_entropy(
            logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), ignore_index=IGNORED_LABEL
        )
        return loss, logits

    def _gradient(self, original: str) -> Tensor | None:
        try:
            place = place_of(original)
        except KeyError:
            return None
        if isinstance(place, Unused):
            return None
        gradient = dict(self.model.named_parameters())[place.name].grad
        return None if gradient is None else gradient.chunk(place.parts)[place.part].clone()


def run_cases(folder: Path, model: GroundingGPT, ids: dict[str, int], report: Report) -> None:
    """Every case of the folder."""
    summaries: dict[str, Any] = {}
    for path in sorted(folder.glob("*.json")):
        summaries |= json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(folder.glob("*.safetensors")):
        try:
            Case(path, model, ids, report, summaries.pop(path.stem, {})).run()
        except (
            KeyError,
            ValueError,
            IndexError,
            RuntimeError,
            SafetensorError,
        ) as error:  # what its tensors do not allow
            report.fail(f"{path.name}: {type(error).__name__}: {error}")
    for name in summaries:
        report.fail(f"cases: a summary of {name}, which is not there")
