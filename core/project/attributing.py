"""Acts on attributes: defining them for a project, and saying what annotations have. They write nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.attributes import definition_problem, problem, tidied, with_value
from core.errors import ProjectError
from core.project.acts import Draft, ProjectView
from core.project.wording import fold, tidy
from core.schema import Annotation, Attribute, Change

# What annotations have anyway, and what files call it.
RESERVED = frozenset({"expression", "expressions", "origin", "score", "box_xyxy"})


def define(project: ProjectView, attribute: Attribute) -> Change:
    """A new attribute, or another definition of the one with this id; the values follow when its name changes.

    Raises `ProjectError` when the definition does not hold together or the name is taken.
    """
    table = {one.id: one for one in project.attribute_table()}
    wanted = replace(attribute, name=tidy(attribute.name))
    why = definition_problem(wanted)
    if why:
        raise ProjectError(why, next_step="Change the definition")
    if fold(wanted.name) in RESERVED:
        raise ProjectError(f"“{wanted.name}” is what every annotation has", next_step="Choose another name")
    if any(fold(one.name) == fold(wanted.name) and one.id != wanted.id for one in table.values()):
        raise ProjectError(f"There is an attribute “{wanted.name}” already", next_step="Choose another name")
    present = table.get(wanted.id)
    if present is None:
        return Change(f"Define “{wanted.name}”", (), (wanted,))
    draft = Draft(project)
    if present != wanted:
        draft.put(present, wanted)
    if present.name != wanted.name:
        for annotation in project.annotations():
            said = dict(annotation.attributes)
            if present.name in said:
                named = tuple(
                    (wanted.name if key == present.name else key, text)
                    for key, text in annotation.attributes
                    if key != wanted.name
                )
                draft.put(annotation, replace(annotation, attributes=named))
    return draft.change(f"Define “{wanted.name}”")


def remove(project: ProjectView, attribute: Attribute) -> Change:
    """An attribute taken away, with what annotations say of it."""
    draft = Draft(project, before=[attribute])
    for annotation in project.annotations():
        rest = with_value(annotation.attributes, attribute.name, None)
        if rest != annotation.attributes:
            draft.put(annotation, replace(annotation, attributes=rest))
    return draft.change(f"Remove “{attribute.name}”")


def set_value(
    project: ProjectView, annotations: Iterable[Annotation], attribute: Attribute, text: str | None
) -> Change:
    """What annotations have of an attribute; None or "" takes it away. Raises `ProjectError` for no value of it."""
    said = tidied(attribute, text) if text else None
    why = problem(attribute, said) if said else ""
    if why:
        raise ProjectError(why, next_step="Type another value")
    draft = Draft(project)
    changed: list[Annotation] = []
    for annotation in annotations:
        values = with_value(annotation.attributes, attribute.name, said or None)
        if values != annotation.attributes:
            draft.put(annotation, replace(annotation, attributes=values))
            changed.append(annotation)
    for media_id in sorted({annotation.media_id for annotation in changed}):
        draft.begin_work(media_id)
    value = f"“{said}”" if said else "nothing"
    return draft.change(f"Set “{attribute.name}” to {value}")
