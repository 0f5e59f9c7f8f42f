"""The network: CLIP's vision tower, a two-layer projector, and LLaMA. Tensors in, tensors out; no text, no files.

Shapes: b pictures, p patch tokens of a picture, s tokens, d width of the language model, v vocabulary.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from transformers import CLIPVisionConfig, CLIPVisionModel, LlamaConfig, LlamaForCausalLM

from core.grounding.groundinggpt.configuration import GroundingGPTConfig


class GroundingGPT(nn.Module):
    """GroundingGPT, image branch (arXiv 2401.06071), on transformers' own towers.

    Other media join by adding a branch that yields features of width d; the language model does not change.
    """

    def __init__(self, config: GroundingGPTConfig, attention: str = "sdpa") -> None:
        super().__init__()
        self.config = config
        text = LlamaConfig(**{**config.text, "attn_implementation": attention})
        vision = CLIPVisionConfig(**{**config.vision, "attn_implementation": attention})
        self.vision_tower = CLIPVisionModel(vision)
        width = text.hidden_size
        self.mm_vision_projector = nn.Sequential(
            nn.Linear(vision.hidden_size, width), nn.GELU(), nn.Linear(width, width)
        )
        self.language_model = LlamaForCausalLM(text)

    def vision_states(self, pixel_values: Tensor) -> Tensor:
        """[b, 3, h, w] normalised pixels -> [b, p, w] patch states of the selected layer, class token dropped."""
        layer = self.config.vision_select_layer
        output = self.vision_tower(pixel_values, output_hidden_states=layer != -1)
        states: Tensor = output.last_hidden_state if layer == -1 else output.hidden_states[layer]
        return states[:, 1:]

    def image_features(self, pixel_values: Tensor) -> Tensor:
        """[b, 3, h, w] -> [b, p, d], ready to stand in place of patch tokens."""
        features: Tensor = self.mm_vision_projector(self.vision_states(pixel_values))
        return features

    def embed(self, input_ids: Tensor, patch_id: int, image_features: Tensor | None) -> Tensor:
        """Token embeddings [b, s, d] with the patch tokens' places taken by features, in order.

        image_features: [n, p, d] for all pictures of the batch in the order of their tokens, or None.
        Raises `ValueError` when the number of patch tokens is not n * p.
        """
        embeds: Tensor = self.language_model.get_input_embeddings()(input_ids)
        places = input_ids == patch_id
        given = 0 if image_features is None else image_features.shape[0] * image_features.shape[1]
        if int(places.sum()) != given:
            raise ValueError(f"{int(places.sum())} patch tokens in the text for {given} image features")
        if image_features is not None:
            embeds = embeds.masked_scatter(places[..., None], image_features.to(embeds.dtype))
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
