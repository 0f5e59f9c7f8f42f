"""The network: CLIP's vision tower, a two-layer projector, and LLaMA. Tensors in, tensors out; no text, no files.

Shapes: b rows (pictures, conversations), p patch tokens of a medium, s tokens, d width of the language model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from transformers import CLIPVisionConfig, CLIPVisionModel, LlamaConfig, LlamaForCausalLM

from core.grounding.groundinggpt.audio import AudioBranch
from core.grounding.groundinggpt.configuration import GroundingGPTConfig
from core.grounding.groundinggpt.video import VideoBranch


class GroundingGPT(nn.Module):
    """GroundingGPT (arXiv 2401.06071) on transformers' own towers; what belongs to a missing branch is None.

    Every branch yields features of width d that stand in place of patch tokens; the language model knows no media.
    """

    def __init__(self, config: GroundingGPTConfig, attention: str = "sdpa") -> None:
        super().__init__()
        self.config = config
        text = LlamaConfig(**{**config.text, "attn_implementation": attention})
        width = text.hidden_size
        self.vision_tower = self.mm_vision_projector = None
        if config.vision is not None:
            vision = CLIPVisionConfig(**{**config.vision, "attn_implementation": attention})
            self.vision_tower = CLIPVisionModel(vision)
            self.mm_vision_projector = nn.Sequential(
                nn.Linear(vision.hidden_size, width), nn.GELU(), nn.Linear(width, width)
            )
        self.language_model = LlamaForCausalLM(text)
        self.video = VideoBranch(config.video, width, attention) if config.video else None
        self.audio = AudioBranch(config.audio, width) if config.audio else None

    def vision_states(self, pixel_values: Tensor) -> Tensor:
        """[b, 3, h, w] normalised pixels -> [b, p, w] patch states of the selected layer, class token dropped.

        Raises `ValueError` where there is no branch for pictures.
        """
        if self.vision_tower is None:
            raise ValueError("this checkpoint has no picture branch")
        layer = self.config.vision_select_layer
        output = self.vision_tower(pixel_values, output_hidden_states=layer != -1)
        states: Tensor = output.last_hidden_state if layer == -1 else output.hidden_states[layer]
        return states[:, 1:]

    def image_features(self, pixel_values: Tensor) -> Tensor:
        """[b, 3, h, w] -> [b, p, d], ready to stand in place of patch tokens."""
        return self.projected(self.vision_states(pixel_values))

    def projected(self, states: Tensor) -> Tensor:
        """[b, p, w] patch states -> [b, p, d]. Raises `ValueError` where there is no branch for pictures."""
        if self.mm_vision_projector is None:
            raise ValueError("this checkpoint has no picture branch")
        features: Tensor = self.mm_vision_projector(states)
        return features

    def video_features(self, clips: Sequence[Tensor]) -> Tensor:
        """n clips [t, 3, h, w] of normalised pixels -> [n, p, d]. Raises `ValueError` where there is no branch."""
        if self.video is None:
            raise ValueError("this checkpoint has no video branch")
        features: Tensor = self.video(clips)
        return features

    def sound_features(self, sounds: Sequence[Tensor]) -> Tensor:
        """n sounds [c, 1, m, f] of normalised mel clips -> [n, p, d]. Raises `ValueError` where there is no branch."""
        if self.audio is None:
            raise ValueError("this checkpoint has no sound branch")
        features: Tensor = self.audio(sounds)
        return features

    def embed(self, input_ids: Tensor, features: Mapping[int, Tensor | None], *, train_words: bool = True) -> Tensor:
        """Token embeddings [b, s, d] with the patch tokens' places taken by features, in order.

        features: patch token -> [n, p, d] for all media of that kind in the batch in the order of their tokens, row
        after row, any number of any kind in a row; None for no media of that kind. Nothing is encoded here, so that
        features can be passed again as long as the conversation goes on. train_words: False cuts the words beside
        media off the gradient, all but the start and end of each medium's block, as the original's first stage does;
        rows without media keep theirs.
        Raises `ValueError` when patch tokens and features differ in number.
        """
        embeds: Tensor = self.language_model.get_input_embeddings()(input_ids)
        if not train_words:
            embeds = torch.where(_trained_beside_media(input_ids, list(features))[..., None], embeds, embeds.detach())
        for patch_id, given in features.items():
            places = input_ids == patch_id
            tokens = places.sum(1)
            count, each = (0, 1) if given is None else given.shape[:2]
            if int(tokens.sum()) != count * each or bool((tokens % each).any()):
                raise ValueError(
                    f"{tokens.tolist()} patch tokens {patch_id} in the rows for features of {count} media, {each} each"
                )
            if given is None:
                continue
            embeds = embeds.masked_scatter(places[..., None], given.to(embeds.dtype))
        return embeds

    def prefix_embeds(self, prefix_ids: Tensor, image_features: Tensor, first_patch: int) -> Tensor:
        """[s] ids shared by all pictures and [b, p, d] features -> [b, s, d]; the patches start at `first_patch`.

        The same as `embed` for one picture a row, without looking for the places: fit for compiled training.
        """
        words: Tensor = self.language_model.get_input_embeddings()(prefix_ids)
        b, p, _ = image_features.shape
        before = words[None, :first_patch].expand(b, -1, -1)
        after = words[None, first_patch + p :].expand(b, -1, -1)
        return torch.cat([before, image_features.to(words.dtype), after], 1)


def _trained_beside_media(input_ids: Tensor, patch_ids: Sequence[int]) -> Tensor:
    """[b, s] bool: every token of rows without media; of the others the tokens that border on a medium's patches."""
    patches = torch.isin(input_ids, torch.tensor(patch_ids, dtype=input_ids.dtype, device=input_ids.device))
    borders = torch.zeros_like(patches)
    borders[:, :-1] |= patches[:, 1:]
    borders[:, 1:] |= patches[:, :-1]
    return borders | ~patches.any(1, keepdim=True)


def branch_mask(segments: Tensor, prefix: int) -> Tensor:
    """Who sees whom when independent questions share one prefix: [b, 1, s, prefix + s] bool, rows = question tokens.

    segments: [b, s], the question's number for each token after the prefix, -1 for padding. A token sees the
    whole prefix and the earlier tokens of its own question: never another question or its answer.
    """
    b, s = segments.shape
    same = segments[:, :, None] == segments[:, None, :]  # [b, s, s]
    causal = torch.ones(s, s, dtype=torch.bool, device=segments.device).tril()
    seen = torch.ones(b, s, prefix, dtype=torch.bool, device=segments.device)
    return torch.cat([seen, same & causal], 2)[:, None]


def branch_positions(segments: Tensor, prefix: int) -> Tensor:
    """Position ids [b, s] that restart after the prefix for every question. segments as in `branch_mask`."""
    s = segments.shape[1]
    index = torch.arange(s, device=segments.device)[None].expand_as(segments)
    starts = torch.ones_like(segments, dtype=torch.bool)
    starts[:, 1:] = segments[:, 1:] != segments[:, :-1]
    first = torch.where(starts, index, 0).cummax(1).values
    return index - first + prefix
