"""What was compared with what outcome: the largest deviation of every stage, and everything that does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor


@dataclass(slots=True)
class Stage:
    """All comparisons of one kind."""

    tolerance: float
    largest: float = 0.0
    compared: int = 0


@dataclass(slots=True)
class Report:
    """Collects comparisons; holds when something was compared and nothing failed."""

    stages: dict[str, Stage] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    tensors: int = 0
    values: int = 0

    def fail(self, what: str) -> None:
        """Something that no comparison can say: an unknown key, a missing part."""
        self.failures.append(what)

    def tensor(self, where: str, stage: str, got: Tensor | None, want: Tensor, tolerance: float) -> None:
        """Compare two tensors of any but equal shape; `got` is None where nothing was computed."""
        self.tensors += 1
        if got is None:
            self.fail(f"{where}: nothing was computed for it")
            return
        if got.shape != want.shape:
            self.fail(f"{where}: shape {tuple(got.shape)}, expected {tuple(want.shape)}")
            return
        got, want = got.detach().double().cpu(), want.detach().double().cpu()
        deviation = float((got - want).abs().max()) if want.numel() else 0.0
        self.number(where, stage, deviation, tolerance)

    def number(self, where: str, stage: str, deviation: float, tolerance: float) -> None:
        """Note a deviation that was measured elsewhere."""
        row = self.stages.setdefault(stage, Stage(tolerance))
        row.compared += 1
        row.largest = max(row.largest, deviation) if deviation == deviation else float("nan")
        if not deviation <= tolerance:  # not a number fails too
            self.fail(f"{where}: deviates by {deviation:.3g}, allowed {tolerance:.1g}")

    def value(self, where: str, stage: str, got: Any, want: Any) -> None:
        """Compare texts, lists and numbers that must be equal."""
        self.values += 1
        row = self.stages.setdefault(stage, Stage(0.0))
        row.compared += 1
        if got != want:
            row.largest = 1.0
            self.fail(f"{where}: {got!r:.200}, expected {want!r:.200}")

    def known(self, where: str, content: Mapping[str, Any], keys: Iterable[str]) -> None:
        """Every key of a description is one that is compared, or says nothing that could be."""
        for key in sorted(content.keys() - set(keys)):
            self.fail(f"{where}: unknown key {key}")

    @property
    def holds(self) -> bool:
        """Whether something was compared and all of it agrees."""
        return not self.failures and self.tensors > 0

    def show(self, say: Callable[[str], None]) -> None:
        """The table, what failed, and last how many tensors were compared."""
        for name, stage in sorted(self.stages.items()):
            largest = "equal" if stage.tolerance == 0 and stage.largest == 0 else f"{stage.largest:.2e}"
            allowed = "equal" if stage.tolerance == 0 else f"{stage.tolerance:.1e}"
            say(f"{name:40} {stage.compared:5} compared   largest {largest:>9}   allowed {allowed:>8}")
        for failure in self.failures:
            say(f"FAILED {failure}")
        if not self.tensors:
            say("FAILED nothing was compared")
        say(f"{self.values} texts and lists compared")
        say(f"{self.tensors} tensors compared")
