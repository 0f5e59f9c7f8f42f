"""The start of stage 1: a GroundingGPT put together of Vicuna, CLIP, EVA-CLIP-g, BLIP-2's Q-Former and ImageBind.

What the parts bring is copied; the projections, the Q-Formers over clips and sounds, and the media's tokens are new.
Files and folders have the layouts in which their makers publish them; pickles are opened so that nothing in them runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from core.errors import ModelError
from core.files import bundled, home, is_packaged
from core.grounding.groundinggpt.checkpoint import save_checkpoint
from core.grounding.groundinggpt.configuration import GroundingGPTConfig
from core.grounding.groundinggpt.filling import empty_model, fill
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.original_names import Place, Unused, place_of
from core.grounding.groundinggpt.placement import Placement
from core.grounding.groundinggpt.published_folder import CLIP_NAME, clip_place, clip_sizes, placed, read_config, sized
from core.grounding.groundinggpt.stored import PlaceOf, Shape, Source, check_fit
from core.grounding.groundinggpt.vocabulary import add_media_tokens, published_tokenizer
from core.grounding.weight_files import WeightFiles
from core.jobs import JobContext

SUMMARY = "The start of stage 1: put together of its parts, not trained yet; it answers nothing of use."
LICENCE = "Llama 2 (language model), CC BY-NC-SA 4.0 (sound encoder), MIT (CLIP, EVA), BSD-3-Clause (BLIP-2)"
_NEW = re.compile(
    r"mm_vision_projector\..+|video\.(positions|projection|clip_qformer)\..+|audio\.(positions|projection|qformer)\..+"
)
_EVA_BLOCK = re.compile(r"(?:visual_encoder\.)?blocks\.(\d+)\..+")
_BLIP2_COPIED = re.compile(r"(Qformer|ln_vision|visual_encoder)\..+|query_tokens")
_STD = 0.02  # of new weights in Q-Formers and of new queries, as BERT's are begun


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the parts lie. vicuna, clip: folders; eva, blip2, imagebind: pickled files."""

    vicuna: Path
    clip: Path
    eva: Path
    blip2: Path
    imagebind: Path


def usual_parts() -> Parts:
    """The places that the original names, in `ckpt/`; they may also stand among the user's models."""

    def place(name: str) -> Path:
        ckpt, ours = bundled("ckpt") / name, home() / "models" / name
        if ckpt.exists() or not (ours.exists() or is_packaged()):  # nothing can be put into a packaged app
            return ckpt
        return ours

    return Parts(
        place("vicuna-7b-v1.5"),
        place(CLIP_NAME),
        place("eva_vit_g.pth"),
        place("blip2_pretrained_flant5xxl.pth"),
        place("imagebind/imagebind_huge.pth"),
    )


def assemble(
    parts: Parts, *, seed: int = 0, dtype: torch.dtype = torch.bfloat16, context: JobContext | None = None
) -> tuple[GroundingGPT, Tokenizer]:
    """The model on the CPU, and its tokenizer. The same seed gives the same new weights.

    Raises `ModelError` for a part that is missing, damaged, or does not fit the others; `Cancelled`.
    """
    context = context or JobContext()
    sources = _sources(parts)
    tokenizer = published_tokenizer(parts.vicuna)
    config = _config(parts, sources)
    try:
        model = empty_model(config)
    except Exception as error:  # whatever the libraries make of sizes that do not go together
        raise ModelError(
            "The parts make up no model", why=str(error), next_step="look at where each came from"
        ) from error
    check_fit("The parts do not make up a model", model, sources, lambda name: _NEW.fullmatch(name) is not None)
    torch.manual_seed(seed)
    _begin_new_parts(model, dtype)
    fill(model, [source for source, _ in sources], _on_cpu(dtype), context)
    _add_rows(model, tokenizer)
    return model.eval(), tokenizer


def assemble_parts(places: Mapping[str, Path | None], out: Path, seed: int, *, context: JobContext) -> list[str]:
    """As `assemble_to`, for a caller without torch: `places` by the names of `Parts`, None for the usual place."""
    named = {name: path.expanduser() for name, path in places.items() if path is not None}
    return assemble_to(replace(usual_parts(), **named), out, seed, context=context)


def assemble_to(parts: Parts, out: Path, seed: int, *, context: JobContext) -> list[str]:
    """Assemble and write a checkpoint folder; returns the names of its files. Raises `ModelError`, `Cancelled`."""
    model, tokenizer = assemble(parts, seed=seed, context=context)
    context.progress(0, 0, f"Writing {out.name}")
    try:
        save_checkpoint(out, model, tokenizer, torch.bfloat16)
    except OSError as error:
        raise ModelError(f"{out} cannot be written", why=error.strerror or str(error)) from error
    return sorted(path.name for path in out.iterdir())


def _on_cpu(dtype: torch.dtype) -> Placement:
    return Placement("cpu", 32, 16, 32) if dtype == torch.float32 else Placement("cpu", 16, 16, 16)


# --- the parts ------------------------------------------------------------------------------------

Sources = list[tuple[Source, Mapping[str, Shape]]]


def _sources(parts: Parts) -> Sources:
    """Every part with the shapes of its tensors. Raises `ModelError`."""
    for folder, what in ((parts.vicuna, "Vicuna's folder"), (parts.clip, "CLIP's folder")):
        if not folder.is_dir():
            raise _missing(folder, what)
    for path, what in ((parts.eva, "EVA-CLIP-g"), (parts.blip2, "BLIP-2"), (parts.imagebind, "ImageBind")):
        if not path.is_file():
            raise _missing(path, what)
    eva = _file(parts.eva, place_of)
    last = max((int(block[1]) for name in eva.shapes() if (block := _EVA_BLOCK.fullmatch(name))), default=-1)
    if last < 1:
        raise ModelError(
            f"{parts.eva} is no EVA-CLIP-g", why="it has no blocks", next_step="look at where it came from"
        )
    found = [
        Source.of(parts.vicuna, place_of),
        Source.of(parts.clip, clip_place),
        replace(eva, place_of=_eva_place(last)),
        replace(_file(parts.blip2, _blip2_place(last)), table="model"),
        _file(parts.imagebind, lambda name: place_of(f"model.audio_encoder.{name}")),
    ]
    return [(source, source.shapes()) for source in found]


def _missing(path: Path, what: str) -> ModelError:
    return ModelError(f"{what} is missing", why=f"there is no {path}", next_step="put it there, or name another place")


def _file(path: Path, place: PlaceOf) -> Source:
    return Source(path, WeightFiles("bin", (path,)), place)


def _eva_place(last: int) -> PlaceOf:
    """EVA's own names. The original never builds its last block, and takes of the rest what it has a place for."""

    def place(name: str) -> Place | Unused:
        block = _EVA_BLOCK.fullmatch(name)
        if block and int(block[1]) == last:
            return Unused("the last block is never built")
        try:
            return place_of(f"model.visual_encoder.{name}")
        except KeyError:
            return Unused("the raw output of the blocks is used, without a last norm or a head")

    return place


def _blip2_place(last: int) -> PlaceOf:
    """BLIP-2's names: what the original has under the same name is copied, all else is left."""

    def place(name: str) -> Place | Unused:
        block = _EVA_BLOCK.fullmatch(name)
        if _BLIP2_COPIED.fullmatch(name) and not (block and int(block[1]) >= last):
            try:
                return place_of(f"model.{name}")
            except KeyError:
                return Unused("the text side of the Q-Former is taken out")
        return Unused("BLIP-2's language side")

    return place


def _config(parts: Parts, sources: Sources) -> GroundingGPTConfig:
    """Sizes as the parts state or show them; what is new is as wide as what it joins. Raises `ModelError`."""
    shapes = {name: shape for source, found in sources for name, shape in placed(source, found).items()}
    try:
        config = sized(read_config(parts.vicuna), clip_sizes(parts.clip), shapes)
        if config.video is None or config.audio is None:
            raise ValueError("a branch is missing")
        frame = config.video.frame_qformer
        joined = {key: frame[key] for key in ("hidden_size", "intermediate_size", "num_attention_heads")}
        video = replace(
            config.video,
            clip_qformer=config.video.clip_qformer | joined | {"encoder_hidden_size": frame["hidden_size"]},
        )
        audio = replace(
            config.audio,
            qformer=config.audio.qformer | joined | {"encoder_hidden_size": config.audio.trunk.output_width},
        )
    except (KeyError, TypeError, ValueError, IndexError, ZeroDivisionError) as error:
        raise ModelError(
            "The parts do not go together",
            why=f"sizes cannot be read from them: {type(error).__name__} {error}",
            next_step="look at where each came from",
        ) from error
    return replace(config, video=video, audio=audio, summary=SUMMARY, licence=LICENCE)


# --- what is new ----------------------------------------------------------------------------------


def _begin_new_parts(model: GroundingGPT, dtype: torch.dtype) -> None:
    """Random weights where no part brings any: torch's usual ones, and BERT's inside the Q-Formers."""
    for name, module in model.named_modules():
        own = {leaf: one for leaf, one in module._parameters.items() if one is not None and one.is_meta}
        if not own or not all(_NEW.fullmatch(f"{name}.{leaf}") for leaf in own):
            continue
        for leaf, one in own.items():
            module._parameters[leaf] = nn.Parameter(torch.empty(one.shape), requires_grad=one.requires_grad)
        _begin(module, as_bert="qformer" in name)
        for leaf in own:
            module._parameters[leaf] = nn.Parameter(getattr(module, leaf).detach().to(dtype))


def _begin(module: nn.Module, *, as_bert: bool) -> None:
    if isinstance(module, nn.Linear) and as_bert:
        nn.init.normal_(module.weight, std=_STD)
        nn.init.zeros_(module.bias)
    elif isinstance(module, (nn.Linear, nn.LayerNorm, nn.Embedding)):
        module.reset_parameters()
    else:  # the queries of a Q-Former
        for parameter in module.parameters(recurse=False):
            nn.init.normal_(parameter, std=_STD)


def _add_rows(model: GroundingGPT, tokenizer: Tokenizer) -> None:
    """Rows for the media's tokens, in two steps as in the original: the picture's, then those of video and sound.

    Each is the mean of all rows that were there before its step, but for the picture's patch: it is random, and never
    looked up, since features stand in its place.
    """
    tokens = model.config.tokens
    add_media_tokens(tokenizer, tokens)
    patch = int(tokenizer.token_to_id(tokens.image_patch) or 0)
    embed, head = model.language_model.model.embed_tokens, model.language_model.lm_head
    total = max(tokenizer.get_vocab_size(), embed.num_embeddings)
    embed.weight = nn.Parameter(_with_rows(embed.weight.detach(), total, patch))
    head.weight = nn.Parameter(_with_rows(head.weight.detach(), total, patch))
    embed.num_embeddings = head.out_features = total
    model.language_model.config.vocab_size = total
    model.config = replace(model.config, text=model.config.text | {"vocab_size": total})


def _with_rows(rows: Tensor, total: int, patch: int) -> Tensor:
    """[n, d] -> [total, d]."""
    if rows.shape[0] >= total:
        return rows
    random = torch.randn(1, rows.shape[1]) * _STD
    rows = torch.cat([rows, random.to(rows.dtype)]) if rows.shape[0] == patch else rows
    for end in (patch + 3, total):  # start and end of a picture; then the six of video and sound
        if end > rows.shape[0]:
            mean = rows.float().mean(0, keepdim=True).to(rows.dtype)
            rows = torch.cat([rows, mean.expand(end - rows.shape[0], -1)])
    return rows
