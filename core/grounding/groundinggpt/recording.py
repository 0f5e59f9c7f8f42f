"""Work of fixed shapes, recorded once as a CUDA graph and replayed: no kernel waits for Python any more."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

_WARM_UP = 2
_STEADY = "Linear4bit"  # the same kernels whatever the numbers are; 8 bits look for outliers, and wait for the result
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Replay:
    """How to run what was recorded, and what came out the last time."""

    run: Callable[[], object]
    result: Callable[[], Tensor]


Record = Callable[[Callable[[], Tensor]], Replay]  # runs what it is given as often as it likes


def why_not_recorded(model: nn.Module) -> str | None:
    """Why this network is not recorded; None where it is."""
    if next(model.parameters()).device.type != "cuda":
        return "only a GPU replays what was recorded"
    odd = {type(module).__name__ for module in model.modules() if is_quantised(module)} - {_STEADY}
    return f"{min(odd)} matrices are computed in ways that cannot be recorded" if odd else None


def is_quantised(module: nn.Module) -> bool:
    """Whether it is a matrix in 8 or 4 bits, or any other of which torch does not know how it is multiplied."""
    return isinstance(module, nn.Linear) and type(module) is not nn.Linear


class Recorder:
    """Records on one device. All that one recorder recorded shares its working memory: replay in turn, not at once."""

    def __init__(self) -> None:
        self._pool: Any = None

    def __call__(self, compute: Callable[[], Tensor]) -> Replay:
        """A CUDA graph of what is computed. Raises `RuntimeError` where something in it cannot be recorded.

        The result lies in a place of its own, until the next replay of anything that this recorder recorded.
        """
        side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(_WARM_UP):
                compute()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        if self._pool is None:
            self._pool = torch.cuda.graph_pool_handle()
        with torch.cuda.graph(graph, pool=self._pool):
            states = compute()
        return Replay(graph.replay, lambda: states)


class RecordedCall:
    """A function of one tensor, recorded for the shapes it is called with first; others go the ordinary way.

    Not thread-safe. `compute` always does the same work for the same shape.
    """

    def __init__(self, compute: Callable[[Tensor], Tensor], record: Record, most: int) -> None:
        """most: so many shapes."""
        self._compute, self._record, self._most = compute, record, most
        self._known: dict[tuple[int, ...], tuple[Tensor, Replay]] = {}
        self._failed = False

    @torch.inference_mode()
    def __call__(self, x: Tensor) -> Tensor:
        """What `compute` makes of it, in a tensor of its own."""
        shape = tuple(x.shape)
        if shape not in self._known and (self._failed or len(self._known) == self._most):
            return self._compute(x)
        if shape not in self._known:
            place = torch.empty_like(x)
            place.copy_(x)
            try:
                self._known[shape] = place, self._record(lambda: self._compute(place))
            except RuntimeError as error:  # no memory, or a kernel that cannot be recorded
                self._failed = True
                self._known.clear()
                not_recorded(error)
                return self._compute(x)
        place, replay = self._known[shape]
        place.copy_(x)
        replay.run()
        return replay.result().clone()


def not_recorded(error: RuntimeError) -> None:
    """Say in the log why it goes on the ordinary way."""
    _log.warning("nothing is recorded from now on: %s", next(iter(str(error).splitlines()), ""))
