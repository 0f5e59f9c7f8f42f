"""What of a model learns, and how: whole, or by adapters (LoRA, arXiv 2106.09685) on the language model's matrices.

What was learned is a table of tensors by name. `apply_learned` puts it into the base's own 16- or 32-bit weights, so
that a written model needs neither adapters nor the base beside it.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from transformers import LlamaForCausalLM

from core.errors import Bug
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor
from core.training.plan import Settled
from core.training.sharing import gathered

RANK, ALPHA = 16, 32
PROJECTIONS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
_A, _B = ".lora_A.default.weight", ".lora_B.default.weight"


def set_learning(model: GroundingGPT, settled: Settled, processor: Processor) -> list[nn.Module]:
    """Freeze what does not learn; with adapters, add them (random from torch's generator).

    What learns is in float32. Returns the modules in which nothing learns: they should stay in evaluation mode.
    """
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(parameter.is_floating_point() and settled.learns(name))
    if settled.method != "full":
        _add_adapters(model.language_model)
    for parameter in model.parameters():
        if parameter.requires_grad and parameter.dtype != torch.float32:
            parameter.data = parameter.data.float()
    if not settled.recipe.words_beside_media:
        _keep_words(model, processor)
    if settled.large:
        checkpoint_layers(model.language_model)
        model.language_model.config.use_cache = False
    return _still(model)


def checkpoint_layers(language_model: nn.Module) -> None:
    """Compute what a layer keeps for its way back again; transformers has two names for it, by its release."""
    names = ("activation_checkpointing_enable", "gradient_checkpointing_enable")
    enable = next(found for name in names if (found := getattr(language_model, name, None)) is not None)
    enable({"use_reentrant": False})


def _add_adapters(language_model: nn.Module) -> None:
    from peft import LoraConfig, inject_adapter_in_model  # slow to import, and rarely needed

    config = LoraConfig(r=RANK, lora_alpha=ALPHA, lora_dropout=0.0, target_modules=list(PROJECTIONS), bias="none")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*is_gradient_checkpointing.*")
        inject_adapter_in_model(config, language_model)
    for name, parameter in language_model.named_parameters():
        parameter.requires_grad_(name.endswith((_A, _B)))


def _keep_words(model: GroundingGPT, processor: Processor) -> None:
    """Cut words off the gradient, all but the start and end of media: `GroundingGPT.embed` without `train_words`.

    A conversation that shows no medium keeps all its words, as there; it is told by the token that begins it.
    """
    tokens = model.config.tokens
    names = [name for kind in model.config.patches for name in (tokens.around(kind)[0], tokens.around(kind)[2])]
    borders = torch.tensor([int(processor.tokenizer.token_to_id(name) or 0) for name in names])
    patches = torch.tensor(list(processor.patch_ids().values()))

    def cut(_: nn.Module, given: tuple[Any, ...], words: Tensor) -> Tensor:
        ids: Tensor = given[0]
        shows = torch.isin(ids, patches.to(ids.device)).any(-1, keepdim=True)
        alone = (ids[..., :1] == processor.begin_id) & ~shows
        kept = torch.isin(ids, borders.to(ids.device)) | alone
        return torch.where(kept[..., None], words, words.detach())

    model.language_model.get_input_embeddings().register_forward_hook(cut)


def _still(model: nn.Module) -> list[nn.Module]:
    """The largest modules with parameters of which none learns.

    The language model is none of them: it drops nothing out, and is checkpointed in training mode only.
    """
    found: list[nn.Module] = []
    for child in model.children():
        if isinstance(child, LlamaForCausalLM):
            continue
        parameters = list(child.parameters())
        if parameters and not any(parameter.requires_grad for parameter in parameters):
            found.append(child)
        elif parameters:
            found += _still(child)
    return found


def four_bit_layers(model: nn.Module) -> list[nn.Module]:
    """The matrices that bitsandbytes keeps in 4 bits."""
    return [one for one in model.modules() if isinstance(one, nn.Linear) and type(one.weight) is not nn.Parameter]


def learned_tensors(model: nn.Module, *, keep: bool = True) -> dict[str, Tensor]:
    """What learns, by name, on the CPU; of a shared model the whole, which every process has to ask for.

    keep: whether this process wants it.
    """
    found: dict[str, Tensor] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            whole = gathered(parameter.detach())
            if keep:
                found[name] = whole.to("cpu", copy=True).contiguous()
    return found


def apply_learned(model: GroundingGPT, learned: Mapping[str, Tensor]) -> None:
    """Put what was learned into the weights of a base that has no adapters. Raises `Bug` when it does not fit."""
    own = dict(model.named_parameters())
    with torch.no_grad():
        for name, tensor in learned.items():
            if name.endswith(_B):
                continue
            change = tensor.float()
            if name.endswith(_A):
                stem = name.removesuffix(_A)
                name = f"{stem}.weight"
                change = learned[stem + _B].float() @ change * (ALPHA / RANK)
                change += own[name].float()
            if name not in own or own[name].shape != change.shape:
                raise Bug(f"{name} was learned and has no place in the model")
            own[name].copy_(change)
