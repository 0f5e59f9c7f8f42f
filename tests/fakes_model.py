"""A real but tiny, untrained checkpoint of the GroundingGPT family, and small projects to train it on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch
from PIL import Image, ImageDraw

from core.grounding.groundinggpt.checkpoint import save_checkpoint
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.media import probe_item
from core.project import Project, acts
from core.schema import Answer, Box, MediaItem, Proposal, Query, new_id
from core.training.pretrain import mini_config
from core.training.tokenizer import train_tokenizer

_WORDS = [" the red square", " all blue squares", " a green circle", " the square on the left"]


def tiny_checkpoint(folder: Path, seed: int = 0) -> Path:
    """A checkpoint of a few thousand weights with random values; it answers nonsense, but really computes."""
    torch.manual_seed(seed)
    tokenizer = train_tokenizer(_WORDS * 4, vocabulary=512)
    config = mini_config(tokenizer.get_vocab_size())
    vision = config.vision | {
        "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2,
        "image_size": 64, "patch_size": 16, "projection_dim": 16,
    }  # fmt: skip
    text = config.text | {
        "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2,
        "num_key_value_heads": 2,
    }  # fmt: skip
    save_checkpoint(folder, GroundingGPT(replace(config, vision=vision, text=text)), tokenizer, torch.float32)
    return folder


def squares_picture(path: Path, red: tuple[int, int, int, int], blue: tuple[int, int, int, int]) -> Path:
    """A 96 x 64 picture with one red and one blue square."""
    picture = Image.new("RGB", (96, 64), (240, 240, 235))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((red[0], red[1], red[2] - 1, red[3] - 1), fill=(220, 20, 20))
    draw.rectangle((blue[0], blue[1], blue[2] - 1, blue[3] - 1), fill=(20, 40, 220))
    picture.save(path)
    return path


def corrected_project(folder: Path, pictures: int = 4) -> Path:
    """A project in which somebody drew, accepted, rejected and said "not present", as in a day's work."""
    path = folder / "work.groundlabel"
    with Project.create(path, author="Ada") as project:
        for number in range(pictures):
            red = (4 + 3 * number, 6, 24 + 3 * number, 26)
            blue = (60, 20 + number, 84, 44 + number)
            file = squares_picture(folder / f"squares {number}.png", red, blue)
            root, relative = project.places.media_from_path(file)
            (item,) = project.add_media([probe_item(file, root=root, relative=relative)])
            project.apply(acts.draw(project, item.id, Box(*map(float, red)), "the red square"))
            project.apply(acts.not_present(project, item.id, "a green circle"))
            answer = _answer(item, "all blue squares", (Box(*map(float, blue)), Box(1.0, 1.0, 9.5, 9.25)))
            project.record_answers([answer])
            project.apply(acts.accept(project, answer, answer.proposals[:1]))
            project.apply(acts.reject(project, answer, answer.proposals[1:]))
    return path


def _answer(item: MediaItem, expression: str, boxes: tuple[Box, ...]) -> Answer:
    query = Query(new_id(), item.id, expression)
    proposals = tuple(Proposal(new_id(), query.id, box, 0.5, "tiny@0") for box in boxes)
    return Answer(query, proposals, True, "", "tiny@0")
