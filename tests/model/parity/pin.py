"""Makes a small fixtures folder from this implementation: `python -m tests.model.parity.pin MANIFEST OUT`.

To be run when a folder of the original's own numbers has just been reproduced, so that the numbers are known to be
right; from then on everybody can test against them. MANIFEST is that folder's checkpoint_manifest.json, of which only
the tensors' names are used. Sizes are tiny, weights and inputs random.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import wave
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor

from core.grounding.groundinggpt.audio_processing import clip_spans, log_mel, sound_clips
from core.grounding.groundinggpt.box_text import boxes_of_picture
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.original_names import Place, place_of
from core.grounding.groundinggpt.processing import CLIP_MEAN, CLIP_STD, pad_to_square, picture_pixels
from core.grounding.groundinggpt.prompts import PUBLISHED_TRAINING, training_text, turn_of
from core.grounding.groundinggpt.published import published_config
from core.grounding.groundinggpt.video_processing import (
    CROP_RATIO,
    CROP_SCALE,
    draw_crop,
    frame_indices,
    scaled_crop,
    training_pixels,
)
from core.media.audio import read_audio
from tests.model.parity.fixture_model import fixture_config, load_fixture_model
from tests.model.parity.model_cases import Case
from tests.model.parity.preprocessing import CLIP_STARTS
from tests.model.parity.prompt_cases import blocks_of, expanded
from tests.model.parity.report import Report

_QFORMER = {
    "hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 12, "max_position_embeddings": 8,
    "vocab_size": 10, "layer_norm_eps": 1e-12, "hidden_act": "gelu",
}  # fmt: skip
CONFIG: dict[str, Any] = {
    "llama": {
        "vocab_size": 40, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2,
        "num_attention_heads": 2, "max_position_embeddings": 128, "rms_norm_eps": 1e-5, "hidden_act": "silu",
        "rope_theta": 10000.0, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0,
    },
    "clip_vision_tower": {
        "hidden_size": 8, "intermediate_size": 16, "num_hidden_layers": 3, "num_attention_heads": 2,
        "image_size": 21, "patch_size": 7, "projection_dim": 8, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5,
    },
    "eva_vit": {
        "img_size": 14, "patch_size": 7, "embed_dim": 16, "depth": 2, "num_heads": 2, "mlp_ratio": 1.5,
        "mlp_hidden": 24, "layer_norm_eps": 1e-6, "head": None, "final_norm": None, "ln_vision_eps": 1e-5,
    },
    "qformer": {
        **_QFORMER, "num_hidden_layers": 3, "encoder_width": 16, "cross_attention_freq": 2, "query_length": 4,
    },
    "video_qformer": {
        **_QFORMER, "num_hidden_layers": 2, "encoder_width": 8, "cross_attention_freq": 1, "query_length": 3,
    },
    "audio_qformer": {
        **_QFORMER, "num_hidden_layers": 2, "encoder_width": 12, "cross_attention_freq": 1, "query_length": 4,
    },
    "imagebind": {
        "out_embed_dim": 12, "audio_embed_dim": 16, "audio_num_blocks": 2, "audio_num_heads": 2,
        "audio_num_mel_bins": 16, "audio_target_len": 28, "audio_kernel_size": 8, "audio_stride": 5,
    },
    "max_frame": 6, "video_token_len": 3, "sound_token_len": 4, "mm_vision_select_layer": -2,
    "token_ids": {
        "im_patch_token": 31, "im_start_token": 32, "im_end_token": 33, "video_patch_token": 34,
        "video_start_token": 35, "video_end_token": 36, "sound_patch_token": 37, "sound_start_token": 38,
        "sound_end_token": 39,
    },
    "use_im_start_end": True,
}  # fmt: skip
GRADIENTS = (
    "lm_head.weight", "model.embed_tokens.weight", "model.layers.0.self_attn.q_proj.weight",
    "model.mm_vision_projector.0.weight", "model.llama_proj.weight", "model.video_query_tokens",
    "model.video_frame_position_embedding.weight", "model.audio_llama_proj.weight", "model.audio_query_tokens",
    "model.audio_position_embedding.weight",
)  # fmt: skip
STAGE_1_GRADIENTS = ("model.embed_tokens.weight", "model.mm_vision_projector.0.weight")
# Ends of names of tensors that are looked up or added, not multiplied.
_TABLES = (
    "_tokens", "_tokens.weight", "cls_token", "pos_embed", "_embedding", "_position_embedding.weight",
    "position_embedding.weight", "bias_k", "bias_v",
)  # fmt: skip
PATCHES = {"image": 9, "video": 3, "sound": 4}
_SEED = 20


def _weights(manifest: Path) -> dict[str, Tensor]:
    """Random tensors under the original's names, as many as the small model has, of sizes that keep values near 1."""
    own = GroundingGPT(fixture_config(CONFIG)[0]).state_dict()
    generator = torch.Generator().manual_seed(_SEED)
    content = json.loads(manifest.read_text(encoding="utf-8"))
    weights: dict[str, Tensor] = {}
    for key in [*content["state_dict"], *content["vision_tower_not_in_state_dict"]]:
        place = place_of(key)
        if not isinstance(place, Place) or place.name not in own:
            continue
        shape = list(own[place.name].shape)
        if place.parts > 1:
            shape[0] //= place.parts
        values = torch.randn(shape, generator=generator)
        if key.endswith("log_logit_scale"):
            values = torch.tensor(math.log(13.0))
        elif "norm" in key.lower() and key.endswith("weight"):
            values = 1 + 0.2 * values
        elif key.endswith("bias"):
            values = 0.2 * values
        elif len(shape) > 1 and not key.endswith(_TABLES):
            values = values / math.sqrt(math.prod(shape[1:]))
        weights[key] = values.half()
    weights["model.Qformer.bert.embeddings.position_ids"] = torch.arange(8)[None]
    weights["model.audio_encoder.modality_postprocessors.depth.1.log_logit_scale"] = torch.tensor(math.log(5.0))
    return weights


def _conversation(generator: torch.Generator, media: tuple[str, ...], words: int) -> list[int]:
    """Ids of a begin token, blocks of media with a few words around each, and words at the end."""
    starts = {"image": 31, "video": 34, "sound": 37}
    ids = [1]
    for kind in media:
        ids += torch.randint(3, 30, (2,), generator=generator).tolist()
        ids += [starts[kind] + 1, *[starts[kind]] * PATCHES[kind], starts[kind] + 2]
    return ids + torch.randint(3, 30, (words,), generator=generator).tolist()


def _cases() -> dict[str, tuple[dict[str, Tensor], list[str]]]:
    """What goes into each case, and the names of what must come out (beside what the model always shows)."""
    generator = torch.Generator().manual_seed(_SEED + 1)

    def random(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator).half()

    mixed = ("sound", "image", "video", "image")
    rows = [_conversation(generator, mixed, 5) for _ in range(2)]
    labels = [_conversation(generator, media, 0) for media in (("image",), ("video",), ("sound",), ())]
    texts = [ids + torch.randint(3, 30, (7 - row,), generator=generator).tolist() for row, ids in enumerate(labels)]
    longest = max(len(ids) for ids in texts)
    batch = torch.tensor([ids + [0] * (longest - len(ids)) for ids in texts])
    mask = torch.tensor([[1] * len(ids) + [0] * (longest - len(ids)) for ids in texts])
    learned = torch.tensor([[-100] * (len(ids) - 5) + ids[-5:] + [-100] * (longest - len(ids)) for ids in texts])
    return {
        "text": ({"input_ids": torch.tensor([_conversation(generator, (), 9)])}, ["generated_ids"]),
        "several_media": (
            {
                "input_ids": torch.tensor(rows),
                "images": random(4, 3, 21, 21),
                "videos": random(2, 3, 3, 14, 14),
                "sounds": random(2, 3, 1, 16, 28),
            },
            ["generated_ids"],
        ),
        "train_batch": (
            {
                "input_ids": batch,
                "attention_mask": mask,
                "labels": learned,
                "image_0": random(3, 21, 21),
                "video_1": random(3, 3, 14, 14),
                "sound_2": random(1, 2, 1, 16, 28),
            },
            [f"grad.{key}" for key in GRADIENTS] + [f"grad_stage1.{key}" for key in STAGE_1_GRADIENTS],
        ),
    }


def _write_cases(folder: Path, out: Path) -> None:
    report = Report()
    model, ids = load_fixture_model(folder, report)
    if report.failures:
        raise SystemExit("\n".join(report.failures))
    out.mkdir()
    for name, (inputs, wanted) in _cases().items():
        tensors = {f"input.{key}": value for key, value in inputs.items()}
        path = out / f"{name}.safetensors"
        blank = torch.zeros((len(inputs["input_ids"]), 8), dtype=torch.int64)
        save_file({**tensors, **{f"expected.{key}": blank.clone() for key in wanted}}, path)
        got = Case(path, model, ids, report, {}).compute()
        save_file({**tensors, **{f"expected.{key}": value.clone().contiguous() for key, value in got.items()}}, path)


# --- preprocessing and prompts ---------------------------------------------------------------


def _write_sound(out: Path) -> None:
    """A chirp over a hum with an offset and noise in all bands, and its mel clips."""
    rate, wanted = 22050, 16000
    times = np.arange(int(0.9 * rate)) / rate
    wavy = 0.5 * np.sin(2 * np.pi * (200 + 3000 * times) * times) + 0.2 * np.sin(2 * np.pi * 60 * times) + 0.1
    wavy += 0.02 * np.random.default_rng(_SEED).standard_normal(len(times))
    whole = np.round(128 + 120 * wavy).clip(0, 255).astype(np.uint8)
    with wave.open(str(out / "audio_chirp.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(rate)
        file.writeframes(whole.tobytes())
    sound = torch.from_numpy(read_audio(out / "audio_chirp.wav", rate=wanted, channels="all"))
    audio = published_config().audio
    assert audio is not None
    small = replace(audio, mel_bins=8, mel_frames=40)
    first = sound[:, :32000]
    tensors = {
        "chirp.resampled_16k": sound[:, :400].contiguous(),
        "chirp.raw_fbank_clip0_T_by_8": log_mel((first - first.mean())[0], wanted, 8),
    }
    for version, starts in CLIP_STARTS.items():
        chosen = replace(small, clip_starts=starts)
        tensors[f"chirp.mel_{version}"] = sound_clips(sound, chosen, as_published=True)[None].contiguous()
    save_file(tensors, out / "audio_mel.safetensors")
    apart = float((sound_clips(sound, small)[None] - tensors[f"chirp.mel_{next(iter(CLIP_STARTS))}"]).abs().max())
    facts = {
        "file": "audio_chirp.wav", "sample_rate": rate, "channels": 1, "seconds": len(whole) / rate,
        "shape": [1, 3, 1, 8, 40], "samples_at_16k": sound.shape[1],
        "max_abs_diff_if_clips_are_copied_before_mean_subtraction": apart,
    }  # fmt: skip
    _json(out / "audio_meta.json", {"chirp": facts})
    times_of = []
    for duration in (1.25, 2.0001, 7.7):
        row: dict[str, Any] = {"duration": duration}
        for version, starts in CLIP_STARTS.items():
            spans = clip_spans(duration, replace(audio, clip_starts=starts))
            row[f"pytorchvideo_{version}"] = {
                "clips": [[float(start), float(end)] for start, end in spans],
                "sample_slices_at_16k": [[int(start * wanted), int(end * wanted)] for start, end in spans],
            }
        times_of.append(row)
    _json(out / "audio_clip_timepoints.json", times_of)


def _write_pictures(out: Path) -> None:
    generator = np.random.default_rng(_SEED)
    rgb = generator.integers(0, 256, (13, 20, 3), dtype=np.uint8)
    Image.fromarray(rgb).save(out / "image_wide.png")
    pad = published_config().pad_rgb
    tensors = {
        "padded_uint8": torch.from_numpy(pad_to_square(rgb, pad).copy()),
        "pixel_values_strided_2": picture_pixels(rgb, 28, pad)[..., ::2, ::2].contiguous(),
    }
    save_file(tensors, out / "image_wide.safetensors")
    processor = {
        "crop_size": {"height": 28, "width": 28}, "do_center_crop": True, "do_convert_rgb": True,
        "do_normalize": True, "do_rescale": True, "do_resize": True, "image_mean": CLIP_MEAN,
        "image_processor_type": "CLIPImageProcessor", "image_std": CLIP_STD, "resample": 3,
        "rescale_factor": 1 / 255, "size": {"shortest_edge": 28},
    }  # fmt: skip
    facts = {"size_wh": [20, 13], "padded_size": [20, 20], "pad_color": pad, "paste_offset_xy": [0, 3]}
    _json(out / "image_meta.json", {"processor": processor, "images": {"wide": facts}})
    sentences = (
        "a [0.1, 0.3, 0.25, 0.7] and [0, 0, 1, 1], not [0.1,0.2,0.3,0.4] or [0.1.2, 0.2, 0.3, 0.4]",
        "again [0.25, 0.3, 0.5, 0.6] then [0.25, 0.233, 0.5, 0.633] at {0.1,0.4}",
    )
    rows = []
    for width, height in ((640, 480), (33, 100), (64, 64)):
        for text in sentences:
            chained = boxes_of_picture(text, (width, height), as_published=True)
            quirk = chained != boxes_of_picture(text, (width, height))
            rows.append(
                {"width": width, "height": height, "input": text, "expected": chained}
                | {"chained_replacement_quirk": quirk}
            )
    _json(out / "box_postprocess.json", rows)


def _write_video(out: Path) -> None:
    lengths = ((10, 64), (100, 64), (7, 3), (113, 100))
    pairs = [{"vlen": n, "n_frms": w, "indices": frame_indices(n, w, as_published=True)} for n, w in lengths]
    _json(out / "video_indices.json", {"pairs": pairs})
    clip = torch.randint(0, 256, (3, 2, 16, 12), generator=torch.Generator().manual_seed(_SEED)).float()
    frames, tensors, crops = clip.transpose(0, 1), {"noise.input": clip}, {}
    for seed in (0, 1):
        crop = draw_crop(16, 12, torch.Generator().manual_seed(seed))
        scaled = scaled_crop(frames, crop, 14)
        pixels = training_pixels(frames, crop, 14, as_published=True)
        tensors[f"noise.seed{seed}.expected"] = pixels.transpose(0, 1).contiguous()
        crops[f"noise.seed{seed}"] = {
            "torch_seed": seed,
            "i_j_h_w": [crop.top, crop.left, crop.height, crop.width],
            "float_min_max_before_uint8": [float(scaled.min()), float(scaled.max())],
        }
    save_file(tensors, out / "video_transform.safetensors")
    transform = {
        "image_size": 14, "scale": CROP_SCALE, "ratio": CROP_RATIO, "mean": CLIP_MEAN, "std": CLIP_STD,
        "crops": crops,
    }  # fmt: skip
    _json(out / "video_meta.json", {"transform": transform, "random_crop_params": []})


def _write_prompts(out: Path) -> None:
    rows = [
        {"from": "human", "value": "Where does <sound> it come from? <image>"},
        {"from": "gpt", "value": "From [0.1, 0.2, 0.3, 0.4]."},
        {"from": "human", "value": "<video>\nAnd when is it seen?"},
        {"from": "gpt", "value": "{0.12,0.56}"},
    ]
    short = "<im_patch>*9 <vi_patch>*3 <so_patch>*4"
    text = training_text(PUBLISHED_TRAINING, [turn_of(r["from"], r["value"]) for r in rows], blocks_of([short]))
    shown = text.text
    for token, count in (("<im_patch>", 9), ("<vi_patch>", 3), ("<so_patch>", 4)):
        shown = shown.replace(token * count, f"{token}*{count}")
    assert expanded(shown) == text.text
    part = {
        "supervised_char_spans_in_expanded_text": text.learned,
        "supervised_text": [text.text[start:end] for start, end in text.learned],
    }
    case = {"conversations": rows, "text": shown, "text_len_expanded": len(text.text), "any_tokenizer": part}
    _json(out / "training_text.json", {"cases": {"three_media": case}})


def _json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def pin(manifest: Path, out: Path) -> None:
    """Write the whole folder."""
    torch.set_num_threads(1)
    out.mkdir(parents=True)
    _json(out / "config.json", CONFIG)
    save_file(_weights(manifest), out / "weights.safetensors")
    _write_cases(out, out / "cases")
    for name, writers in {
        "preprocessing": (_write_sound, _write_pictures, _write_video),
        "prompts": (_write_prompts,),
    }.items():
        (out / name).mkdir()
        for write in writers:
            write(out / name)


def main(argv: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.model.parity.pin", description=__doc__)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args(argv)
    pin(given.manifest, given.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
