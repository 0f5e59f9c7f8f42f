"""Decoding behind encoded prefixes, of many independent questions or of one conversation: ids in, probabilities out."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from transformers import DynamicCache

from core.grounding.groundinggpt.modeling import GroundingGPT


@dataclass(frozen=True, slots=True)
class Prefix:
    """Encoded media: the language model's keys and values for b prefixes of equal length."""

    cache: DynamicCache
    length: int


@dataclass(slots=True)
class Generated:
    """One answer. `probabilities[i]` is the ordinary softmax of `ids[i]`; `first` the whole one of the first token."""

    ids: list[int] = field(default_factory=list)
    probabilities: list[float] = field(default_factory=list)
    first: Tensor | None = None
    finished: bool = False


@torch.inference_mode()
def encode_prefix(model: GroundingGPT, prefix_ids: Sequence[int], first_patch: int, pixel_values: Tensor) -> Prefix:
    """Encode b pictures [b, 3, h, w] once, for any number of questions about each."""
    device = pixel_values.device
    features = model.image_features(pixel_values)
    return _prefix(model, model.prefix_embeds(torch.tensor(prefix_ids, device=device), features, first_patch))


@torch.inference_mode()
def encode_conversation(model: GroundingGPT, input_ids: Tensor, features: Mapping[int, Tensor | None]) -> Prefix:
    """Read b conversations of equal length [b, s] with any media in them: `features` as in `GroundingGPT.embed`."""
    return _prefix(model, model.embed(input_ids, features))


@torch.inference_mode()
def continue_conversation(
    model: GroundingGPT,
    prefix: Prefix,
    input_ids: Tensor,
    features: Mapping[int, Tensor | None] | None = None,
    *,
    in_place: bool = False,
) -> Prefix:
    """Read more [b, s] behind what was read: a conversation goes on and its media are not encoded again.

    features: of the media in `input_ids`, as in `GroundingGPT.embed`. The prefix that is given stays as it was, so that
    several conversations can go on from it; in_place: it is used up, and its memory is not needed twice.
    """
    cache = prefix.cache if in_place else copy.deepcopy(prefix.cache)
    embeds = model.embed(input_ids, features or {})
    model.language_model.model(inputs_embeds=embeds, past_key_values=cache, use_cache=True)
    return Prefix(cache, prefix.length + input_ids.shape[1])


def shortened(prefix: Prefix, length: int) -> Prefix:
    """The first `length` tokens of what was read. The prefix that is given is used up."""
    surplus = int(prefix.cache.get_seq_length()) - length
    if surplus > 0:
        prefix.cache.crop(-surplus)
    return Prefix(prefix.cache, length)


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A token that the model wrote: `softmax` [v] is the ordinary one, and `probability` what it says of `id`."""

    id: int
    probability: float
    softmax: Tensor


@torch.inference_mode()
def write_on(
    model: GroundingGPT, prefix: Prefix, ids: Sequence[int], *, temperature: float = 0.0, seed: int = 0
) -> Iterator[Written]:
    """Read `ids` behind a prefix of one row and go on writing, one token at a time, for as long as one is taken.

    temperature: 0 is greedy, more draws by lot, the same lot for the same `seed` on every device. The prefix's cache
    grows by what is read: every token but the last that was written.
    """
    lots = torch.Generator().manual_seed(seed)
    step = torch.tensor([list(ids)], device=next(model.parameters()).device)
    words = model.language_model.get_input_embeddings()
    while True:
        output = model.language_model.model(inputs_embeds=words(step), past_key_values=prefix.cache, use_cache=True)
        logits = model.language_model.lm_head(output.last_hidden_state[0, -1]).float().cpu()
        softmax = logits.softmax(-1)
        if temperature > 0:
            chosen = int(torch.multinomial((logits / temperature).softmax(-1), 1, generator=lots))
        else:
            chosen = int(softmax.argmax())
        yield Written(chosen, float(softmax[chosen]), softmax)
        step = step.new_tensor([[chosen]])


def _prefix(model: GroundingGPT, embeds: Tensor) -> Prefix:
    cache = DynamicCache(config=model.language_model.config)
    model.language_model.model(inputs_embeds=embeds, past_key_values=cache, use_cache=True)
    return Prefix(cache, embeds.shape[1])


def _question_batch(questions: Sequence[Sequence[int]], pad_id: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Left-padded ids [q, s] and which of them are real."""
    longest = max(len(question) for question in questions)
    ids = torch.full((len(questions), longest), pad_id, dtype=torch.int64)
    real = torch.zeros(len(questions), longest, dtype=torch.bool)
    for row, question in enumerate(questions):
        ids[row, longest - len(question) :] = torch.tensor(question)
        real[row, longest - len(question) :] = True
    return ids.to(device), real.to(device)


@torch.inference_mode()
def greedy(
    model: GroundingGPT,
    prefix: Prefix,
    rows: Sequence[int],
    questions: Sequence[Sequence[int]],
    *,
    end_id: int,
    pad_id: int,
    max_new_tokens: int,
    check: Callable[[], None] = lambda: None,
    stops: Callable[[Sequence[int]], bool] = lambda _ids: False,
) -> list[Generated]:
    """Answer every question, each behind the prefix of its row, none seeing another.

    `check` is called once a token and may raise to stop (cancellation). An answer ends before `end_id`, and after
    the ids that `stops` says yes to.
    """
    device = next(model.parameters()).device
    ids, real = _question_batch(questions, pad_id, device)
    count, length = ids.shape
    cache = copy.deepcopy(prefix.cache)
    cache.batch_select_indices(torch.tensor(rows, device=device))
    mask = torch.cat([torch.ones(count, prefix.length, dtype=torch.bool, device=device), real], 1)
    positions = prefix.length + (real.long().cumsum(1) - 1).clamp(min=0)
    # 4-d boolean mask for sdpa: the whole prefix, and the real tokens of the question so far
    causal = torch.ones(length, length, dtype=torch.bool, device=device).tril()
    seen = torch.cat([mask[:, None, : prefix.length].expand(-1, length, -1), causal[None] & real[:, None]], 2)
    seen = seen | torch.zeros_like(seen).index_fill_(2, torch.tensor([0], device=device), True)  # no empty row
    answers = [Generated() for _ in questions]
    step_ids, step_positions, attention = ids, positions, seen[:, None]
    for _ in range(max_new_tokens):
        check()
        output = model.language_model.model(
            inputs_embeds=model.language_model.get_input_embeddings()(step_ids),
            attention_mask=attention,
            position_ids=step_positions,
            past_key_values=cache,
            use_cache=True,
        )
        logits = model.language_model.lm_head(output.last_hidden_state[:, -1]).float()
        softmax = logits.softmax(-1)
        best = softmax.max(-1)
        _collect(answers, best.indices, best.values, softmax, end_id)
        for answer in answers:
            answer.finished = answer.finished or stops(answer.ids)
        if all(answer.finished for answer in answers):
            break
        mask = torch.cat([mask, torch.ones(count, 1, dtype=torch.bool, device=device)], 1)
        step_ids, step_positions, attention = best.indices[:, None], step_positions[:, -1:] + 1, mask[:, None, None, :]
    return answers


def _collect(answers: list[Generated], ids: Tensor, probabilities: Tensor, softmax: Tensor, end_id: int) -> None:
    for row, (answer, token, probability) in enumerate(zip(answers, ids.tolist(), probabilities.tolist(), strict=True)):
        if answer.finished:
            continue
        if answer.first is None:
            answer.first = softmax[row].cpu()
        if token == end_id:
            answer.finished = True
            continue
        answer.ids.append(token)
        answer.probabilities.append(probability)
