"""Decoding behind encoded prefixes, of many independent questions or of one conversation: ids in, probabilities out."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache

from core.errors import Bug
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.passes import Behind, Passes


@dataclass(frozen=True, slots=True)
class Prefix:
    """Encoded media: the language model's keys and values for b prefixes of equal length.

    `known` are regions that answers about it have named, as tokens, the latest first: guesses for the next answer.
    """

    cache: DynamicCache
    length: int
    known: list[list[int]] = field(default_factory=list)

    def layers(self) -> list[tuple[Tensor, Tensor]]:
        """Keys and values [b, h, p, d] of each layer."""
        kept: list[Any] = self.cache.layers
        return [(layer.keys, layer.values) for layer in kept]


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
def encode_conversation(
    model: GroundingGPT, input_ids: Tensor, features: Mapping[int, Tensor | None], passes: Passes | None = None
) -> Prefix:
    """Read b conversations of equal length [b, s] with any media in them: `features` as in `GroundingGPT.embed`.

    passes: of this model, when they are kept.
    """
    return _prefix(model, model.embed(input_ids, features), passes)


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


def joined_prefixes(prefixes: Sequence[Prefix]) -> Prefix:
    """Prefixes of equal length as rows of one."""
    cache = DynamicCache()
    for number, layers in enumerate(zip(*(prefix.layers() for prefix in prefixes), strict=True)):
        cache.update(torch.cat([keys for keys, _ in layers]), torch.cat([values for _, values in layers]), number)
    return Prefix(cache, prefixes[0].length)


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


def _prefix(model: GroundingGPT, embeds: Tensor, passes: Passes | None = None) -> Prefix:
    return Prefix((passes or Passes(model.language_model)).read_prefix(embeds), embeds.shape[1])


Draft = Callable[[Sequence[int], Sequence[int]], Sequence[int]]


def no_draft(_ids: Sequence[int], _said: Sequence[int]) -> Sequence[int]:
    """Guesses nothing: one pass a token."""
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
    draft: Draft = no_draft,
    passes: Passes | None = None,
) -> list[Generated]:
    """Answer every question, each behind the prefix of its row, none seeing another.

    `check` is called once a pass and may raise to stop (cancellation). An answer ends before `end_id`, and after
    the ids that `stops` says yes to. `draft` guesses what follows an answer's ids so far, from them and from what the
    model said after the last pass's wrong guess: what is guessed is read in the same pass, and kept as far as the model
    says the same, so that it changes the number of passes and no answer. passes: of this model, when they are kept.
    """
    device = next(model.parameters()).device
    answers = [Generated() for _ in questions]
    if max_new_tokens < 1 or not questions:
        return answers
    passes = passes or Passes(model.language_model)
    behind = passes.begin(prefix.layers(), rows)
    open_ones = [_Open(answer, list(question)) for answer, question in zip(answers, questions, strict=True)]
    for one in open_ones:
        one.guessed = list(draft((), ()))
    while open_ones:
        check()
        told = _told(model, passes, behind, open_ones, pad_id, device)
        for number, one in enumerate(open_ones):
            before = len(one.answer.ids)
            kept = _take(one, told[number], end_id, stops, max_new_tokens)
            behind.lengths[number] += len(one.reading) + kept
            one.reading = one.answer.ids[-1:]
            said = told[number].tokens[len(one.answer.ids) - before :]
            one.guessed = [] if one.over else list(draft(one.answer.ids, said))
        staying = [number for number, one in enumerate(open_ones) if not one.over]
        if len(staying) < len(open_ones):
            open_ones = [open_ones[number] for number in staying]
            if staying:
                behind.keep(staying)
    return answers


@dataclass(slots=True)
class _Open:
    """An answer that is being written: what is read next, certain and guessed."""

    answer: Generated
    reading: list[int]
    guessed: list[int] = field(default_factory=list)
    over: bool = False


@dataclass(frozen=True, slots=True)
class _Told:
    """What the model says after the last certain token and after each guess; `softmax` of the first [v]."""

    tokens: list[int]
    probabilities: list[float]
    softmax: Tensor


def _told(
    model: GroundingGPT,
    passes: Passes,
    behind: Behind,
    open_ones: Sequence[_Open],
    pad_id: int,
    device: torch.device,
) -> list[_Told]:
    """One pass over all open answers."""
    new = [one.reading + one.guessed for one in open_ones]
    longest = max(map(len, new))
    ids = torch.tensor([ids + [pad_id] * (longest - len(ids)) for ids in new], device=device)
    states = passes.read(ids, behind).flatten(0, 1)
    counts = [len(one.guessed) + 1 for one in open_ones]
    wanted = [
        number * longest + place
        for number, one in enumerate(open_ones)
        for place in range(len(one.reading) - 1, len(new[number]))
    ]
    softmax = model.language_model.lm_head(states[torch.tensor(wanted, device=device)]).float().softmax(-1)  # [k, v]
    best = softmax.max(-1)
    tokens, probabilities = best.indices.tolist(), best.values.tolist()
    ends = list(itertools.accumulate(counts))
    return [
        _Told(tokens[end - count : end], probabilities[end - count : end], softmax[end - count])
        for count, end in zip(counts, ends, strict=True)
    ]


def _take(one: _Open, told: _Told, end_id: int, stops: Callable[[Sequence[int]], bool], most: int) -> int:
    """Write down what the model says as far as it was asked rightly; returns how many guesses were right."""
    for kept, token in enumerate(told.tokens):
        _collect(one.answer, token, told.probabilities[kept], told.softmax, end_id)
        one.answer.finished = one.answer.finished or stops(one.answer.ids)
        one.over = one.answer.finished or len(one.answer.ids) >= most
        if one.over or kept == len(one.guessed) or one.guessed[kept] != token:
            return kept
    raise Bug("the model was asked for one token more than was guessed")


def _collect(answer: Generated, token: int, probability: float, softmax: Tensor, end_id: int) -> None:
    """Write a token down, or that the answer has ended."""
    if answer.first is None:
        answer.first = softmax.cpu()
    if token == end_id:
        answer.finished = True
        return
    answer.ids.append(token)
    answer.probabilities.append(probability)
