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


def _nothing(_ids: Sequence[int]) -> Sequence[int]:
    return ()


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
    draft: Callable[[Sequence[int]], Sequence[int]] = _nothing,
) -> list[Generated]:
    """Answer every question, each behind the prefix of its row, none seeing another.

    `check` is called once a pass and may raise to stop (cancellation). An answer ends before `end_id`, and after
    the ids that `stops` says yes to. `draft` guesses what follows an answer's ids so far: what is guessed is read in
    the same pass, and kept as far as the model says the same, so that it changes the number of passes and no answer.
    """
    device = next(model.parameters()).device
    answers = [Generated() for _ in questions]
    cache = copy.deepcopy(prefix.cache)
    cache.batch_select_indices(torch.tensor(rows, device=device))
    words = model.language_model.get_input_embeddings()
    seen = torch.ones(len(questions), prefix.length, dtype=torch.bool, device=device)
    at = torch.full((len(questions), 1), prefix.length, device=device)
    reading: list[list[int]] = [list(question) for question in questions]
    guessed: list[list[int]] = [[] for _ in questions]
    done = [max_new_tokens < 1] * len(answers)
    while not all(done):
        check()
        ids, real = _question_batch([one + more for one, more in zip(reading, guessed, strict=True)], pad_id, device)
        attention = _attention(seen, real)
        output = model.language_model.model(
            inputs_embeds=words(ids),
            attention_mask=attention,
            position_ids=at + (real.long().cumsum(1) - 1).clamp(min=0),
            past_key_values=cache,
            use_cache=True,
        )
        told = 1 + max(map(len, guessed))
        softmax = model.language_model.lm_head(output.last_hidden_state[:, -told:]).float().softmax(-1)  # [q, told, v]
        best = softmax.max(-1)
        tokens, probabilities = best.indices.tolist(), best.values.tolist()
        for row, answer in enumerate(answers):
            kept = 0
            for place in range(told - 1 - len(guessed[row]), told):
                if done[row]:
                    break
                token = tokens[row][place]
                _collect(answer, token, probabilities[row][place], softmax[row, place], end_id)
                answer.finished = answer.finished or stops(answer.ids)
                done[row] = answer.finished or len(answer.ids) >= max_new_tokens
                if kept == len(guessed[row]) or guessed[row][kept] != token:
                    break
                kept += 1
            wrong = len(guessed[row]) - kept
            if wrong:
                real[row, -wrong:] = False  # read, and from now on seen by nobody
        seen = torch.cat([seen, real], 1)
        at = at + real.sum(1, keepdim=True)
        reading = [[] if over else answer.ids[-1:] for over, answer in zip(done, answers, strict=True)]
        guessed = [[] if over else list(draft(answer.ids)) for over, answer in zip(done, answers, strict=True)]
    return answers


def _attention(seen: Tensor, real: Tensor) -> Tensor:
    """[q, 1, n, s + n] for n new tokens: what was seen [q, s] and the real ones of the new [q, n] up to each."""
    length = real.shape[1]
    causal = torch.ones(length, length, dtype=torch.bool, device=real.device).tril()
    mask = torch.cat([seen[:, None].expand(-1, length, -1), causal[None] & real[:, None]], 2)
    mask[:, :, 0] = True  # no row without anything: padding sees the first token
    return mask[:, None]


def _collect(answer: Generated, token: int, probability: float, softmax: Tensor, end_id: int) -> None:
    """Write a token down, or that the answer has ended."""
    if answer.first is None:
        answer.first = softmax.cpu()
    if token == end_id:
        answer.finished = True
        return
    answer.ids.append(token)
    answer.probabilities.append(probability)
