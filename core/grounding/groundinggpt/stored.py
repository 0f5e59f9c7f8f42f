"""A checkpoint's tensors as they lie in files: their names and shapes first, then one after another. Loads nothing.

A source pairs weight files with the way from their names to ours. Every tensor has a place, or the model is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from core.errors import ModelError
from core.grounding.groundinggpt.original_names import Place, Unused
from core.grounding.weight_files import WeightFiles, check_safetensors, find_weights
from core.grounding.weights.pickled import open_pickled

Shape = tuple[int, ...]
PlaceOf = Callable[[str], Place | Unused]


def own_place(name: str) -> Place:
    """The names of our own checkpoints are those of the model."""
    return Place(name)


@dataclass(frozen=True, slots=True)
class Source:
    """Weight files of one folder, and `place_of`, which raises `KeyError` for a name that has no place."""

    folder: Path
    files: WeightFiles
    place_of: PlaceOf = own_place
    table: str = ""  # the key of the tensors in a pickled file that holds more than them

    @classmethod
    def of(cls, folder: Path, place_of: PlaceOf = own_place) -> Source:
        """The weights of a folder. Raises `ModelError` when there are none or some are missing."""
        return cls(folder, find_weights(folder), place_of)

    def shapes(self) -> dict[str, Shape]:
        """Every tensor's shape by its stored name, from the files' headers. Raises `ModelError`."""
        found: dict[str, Shape] = {}
        for path in self.files.paths:
            here = _shapes_in(path, self.table)
            twice = sorted(found.keys() & here.keys())
            if twice:
                raise ModelError(
                    f"{self.folder} is inconsistent", why=f"{twice[0]} stands in more than one file", next_step=_AGAIN
                )
            found |= here
        return found

    def tensors(self, path: Path) -> Iterator[tuple[str, Tensor]]:
        """Name and tensor of one file, memory-mapped, one at a time. Raises `ModelError`."""
        if path.suffix != ".safetensors":
            yield from open_pickled(path, self.table).items()
            return
        try:
            with safe_open(path, framework="pt") as stored:
                for name in stored.keys():  # noqa: SIM118 - it is no mapping
                    yield name, stored.get_tensor(name)
        except (SafetensorError, OSError) as error:
            raise _damaged(path, error) from error


_AGAIN = "copy the checkpoint's folder again"


def _shapes_in(path: Path, table: str) -> dict[str, Shape]:
    if path.suffix != ".safetensors":
        return {name: tuple(tensor.shape) for name, tensor in open_pickled(path, table).items()}
    check_safetensors(path)
    try:
        with safe_open(path, framework="pt") as stored:
            return {name: tuple(stored.get_slice(name).get_shape()) for name in stored.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> ModelError:
    return ModelError(f"{path} is damaged", why=str(error).splitlines()[0], next_step="copy it again")


def check_fit(
    what_is_wrong: str,
    model: nn.Module,
    sources: Sequence[tuple[Source, Mapping[str, Shape]]],
    is_new: Callable[[str], bool] = lambda _: False,
) -> None:
    """Hold the stored shapes against the model's own. Raises `ModelError` naming the first that is wrong.

    what_is_wrong: the error's first sentence. is_new: whether a tensor of ours is not expected in the files.
    """
    own = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    found, surplus, misfits = set[str](), list[str](), list[str]()
    for source, shapes in sources:
        for stored, shape in shapes.items():
            try:
                place = source.place_of(stored)
            except KeyError:
                surplus.append(f"{stored} in {source.folder.name}")
                continue
            if isinstance(place, Unused):
                continue
            whole = (shape[0] * place.parts, *shape[1:]) if place.parts > 1 and shape else shape
            if place.name not in own:
                surplus.append(f"{stored} in {source.folder.name}")
            elif own[place.name] != whole:
                misfits.append(
                    f"{stored} in {source.folder.name}: {_text(shape)} where {_text(own[place.name])} belongs"
                )
            found.add(place.name)
    missing = sorted(name for name in own.keys() - found if not is_new(name))
    for names, what in ((missing, "are missing"), (surplus, "belong to no part"), (misfits, "have a wrong shape")):
        if names:
            raise ModelError(
                what_is_wrong,
                why=f"{len(names)} tensors {what}, first {sorted(names)[0]}",
                next_step=_AGAIN,
            )


def _text(shape: Shape) -> str:
    return "x".join(map(str, shape)) or "a number"
