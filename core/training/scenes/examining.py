"""Examines a checkpoint by name, in whatever it was taught: pictures, or video and sound."""

from __future__ import annotations

from core.grounding.groundinggpt.checkpoint import load_model
from core.grounding.groundinggpt.placement import choose_device
from core.grounding.groundinggpt.processing import Processor
from core.grounding.registry import find_model
from core.jobs import JobContext
from core.training.scenes.benchmark import examine
from core.training.scenes.time_benchmark import TimeExaminer


def examine_checkpoint(model: str, device: str, *, count: int, context: JobContext) -> dict[str, object]:
    """The examination of a checkpoint by name or folder, weights as stored in 32 bits. Raises `ModelError`.

    count: scenes, or clips and as many recordings for a checkpoint of time.
    """
    place = find_model(model)
    where = choose_device(device)
    network = load_model(place.folder).to(where)
    processor = Processor.load(place.folder, network.config)
    if network.config.vision is None:
        figures = TimeExaminer(network, processor, context).run(count)
    else:
        figures = examine(network, processor, count=count, context=context).summary()
    return {"model": place.name, "device": where.type, **figures}
