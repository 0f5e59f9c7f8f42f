"""A GroundingGPT with all branches, a tokenizer and a way to write conversations: tiny, random, or taught by heart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from core.grounding.groundinggpt.chat import GroundingGPTChat
from core.grounding.groundinggpt.checkpoint import save_checkpoint
from core.grounding.groundinggpt.configuration import DialogueTemplate, GroundingGPTConfig
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor
from core.grounding.groundinggpt.prompts import PUBLISHED_TRAINING, Turn, prompt_pieces
from core.grounding.groundinggpt.seen import SeenMedia
from core.grounding.protocol import ChatPart, ChatQuestion, ChatReply, ShownMedium
from core.jobs import JobContext
from core.media import probe_item
from core.schema import MediaSource, ModelInfo
from tests.fakes_media_model import media_config
from tests.fakes_network import small_tokenizer

TEMPLATE = replace(PUBLISHED_TRAINING, before="Chat.\n\n")  # next to every letter is a token here


def chat_config(vocabulary: int, room: int, dialogue: DialogueTemplate | None = TEMPLATE) -> GroundingGPTConfig:
    """Every branch, a conversation in the words of the published model, and room for so many tokens."""
    config = media_config()
    text = config.text | {"vocab_size": vocabulary, "hidden_size": 32, "max_position_embeddings": room}
    grammar = replace(config.grammar, forced=False, spans=("video", "audio"))
    prompt = replace(config.prompt, stop="###" if dialogue else "")
    return replace(config, text=text, dialogue=dialogue, grammar=grammar, prompt=prompt)


@dataclass
class Talker:
    """A model to talk with, and how often each of its encoders was used."""

    model: GroundingGPT
    processor: Processor
    chat: GroundingGPTChat
    encoded: dict[str, int]
    read: list[int]  # how many tokens each step of the language model read

    def ask(self, text: str, context: JobContext | None = None, **more: object) -> ChatReply:
        """The whole reply; its parts must be its text."""
        *parts, reply = self.chat.converse(ChatQuestion(text, **more), context or JobContext())  # type: ignore[arg-type]
        assert isinstance(reply, ChatReply)
        assert "".join(part.text for part in parts if isinstance(part, ChatPart)) == reply.text
        return reply

    def fresh(self) -> GroundingGPTChat:
        """The same model, knowing nothing of what was read."""
        return GroundingGPTChat(self.model, self.processor, INFO)


INFO = ModelInfo(
    "talker@0", "talker", "", "cpu", "float32", frozenset({"image", "video", "audio"}), True, 32, 0, "sdpa", "", "",
    chat=True, follows_chat=True,
)  # fmt: skip


def talker(room: int = 220, seed: int = 0, dialogue: DialogueTemplate | None = TEMPLATE) -> Talker:
    """Random weights, large enough that every token matters."""
    tokenizer = small_tokenizer()
    torch.manual_seed(seed)
    model = GroundingGPT(chat_config(tokenizer.get_vocab_size(), room, dialogue)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    processor = Processor(model.config, tokenizer)
    encoded = {"image": 0, "video": 0, "audio": 0}
    read: list[int] = []
    _count(model.vision_tower, encoded, "image")
    _count(model.video, encoded, "video")
    _count(model.audio, encoded, "audio")
    model.language_model.model.layers[0].self_attn.o_proj.register_forward_hook(
        lambda _module, _given, output: read.append(output.shape[1])
    )
    return Talker(model, processor, GroundingGPTChat(model, processor, INFO), encoded, read)


def _count(module: torch.nn.Module | None, encoded: dict[str, int], kind: str) -> None:
    def add(*_: object) -> None:
        encoded[kind] += 1

    assert module is not None
    module.register_forward_hook(add)


def shown(path: Path, **more: object) -> ShownMedium:
    """A file as it is shown in a conversation."""
    return ShownMedium(MediaSource(probe_item(path, root="", relative=path.name), str(path)), **more)  # type: ignore[arg-type]


def teach(it: Talker, conversations: Sequence[tuple[Sequence[ShownMedium], Sequence[tuple[str, str]]]]) -> None:
    """Teach it conversations about media by heart: the language model alone, on prompts as a chat writes them."""
    template = TEMPLATE
    media = SeenMedia(it.model)
    rows = []
    for shown_media, exchanges in conversations:
        views = [media.see(medium, JobContext()) for medium in shown_media]
        kinds = tuple(view.kind for view in views)
        turns: list[Turn] = []
        for number, (question, answer) in enumerate(exchanges):
            turns.append(Turn(True, question, kinds if number == 0 else ()))
            asked = it.processor.conversation_ids(prompt_pieces(template, turns))
            said = it.processor.conversation_ids([(f" {answer}{template.assistant_end}{template.stop}", None)])[1:]
            features = {
                index: torch.cat(given) if (given := [v.features for v in views if v.kind == kind]) else None
                for kind, index in it.processor.patch_ids().items()
            }
            rows.append((asked, said, {key: None if f is None else f.clone() for key, f in features.items()}))
            turns.append(Turn(False, answer))
    learned = list(it.model.language_model.parameters())
    optimizer = torch.optim.AdamW(learned, lr=1e-2)
    loss = torch.zeros(())
    for _ in range(150):
        loss = torch.zeros(())
        for asked, said, features in rows:
            ids = torch.tensor([asked + said])
            logits = it.model.language_model(inputs_embeds=it.model.embed(ids, features)).logits[0]
            loss = loss + torch.nn.functional.cross_entropy(logits[len(asked) - 1 : -1], ids[0, len(asked) :])
        optimizer.zero_grad()
        torch.autograd.backward(loss, inputs=learned)
        optimizer.step()
        if loss.item() < 0.02:
            break
    assert loss.item() < 0.2, f"not learned: {loss.item()}"


def talking_checkpoint(folder: Path, room: int = 512, seed: int = 0) -> Path:
    """A folder with such a model, untrained."""
    tokenizer = small_tokenizer()
    torch.manual_seed(seed)
    save_checkpoint(folder, GroundingGPT(chat_config(tokenizer.get_vocab_size(), room)), tokenizer, torch.float32)
    return folder
