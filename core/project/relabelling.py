"""Acts on the table of classes that reach many media: one label merged into another, one that nobody uses deleted.

A number is never given out again: the row of a label that is gone keeps it (`core.project.tables`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from core.errors import ProjectError
from core.project.acts import ProjectView
from core.schema import Annotation, Attribute, Change, Label, Phrase, Record


class LabelledView(ProjectView, Protocol):
    """What these acts read besides what others do."""

    def annotations_labelled(self, label_id: str) -> list[Annotation]: ...
    def label_uses(self) -> dict[str, int]: ...
    def phrases(self) -> list[Phrase]: ...


def merge_labels(project: LabelledView, gone: Label, kept: Label) -> Change:
    """Everything that is called `gone` is called `kept`: annotations, expressions, attributes. `gone` is retired."""
    if gone.id == kept.id:
        raise ProjectError("A label cannot be merged into itself", next_step="Choose another label")
    before: list[Record] = [gone]
    after: list[Record] = []
    for annotation in project.annotations_labelled(gone.id):
        before.append(annotation)
        after.append(replace(annotation, label_id=kept.id))
    for phrase in project.phrases():
        if phrase.label_id == gone.id:
            before.append(phrase)
            after.append(replace(phrase, label_id=kept.id))
    for attribute in project.attribute_table():
        ids = attribute.label_ids
        if ids is not None and gone.id in ids:
            before.append(attribute)
            moved = dict.fromkeys(kept.id if label_id == gone.id else label_id for label_id in ids)
            after.append(replace(attribute, label_ids=tuple(moved)))
    return Change(f"Merge label “{gone.name}” into “{kept.name}”", tuple(before), tuple(after))


def delete_label(project: LabelledView, label: Label) -> Change:
    """A label that nothing stands on is taken away, with the expressions that mean it.

    Raises `ProjectError` when annotations or verdicts use it, or an attribute is of this label alone.
    """
    uses = project.label_uses().get(label.id, 0)
    if uses:
        count = "1 annotation or “no” uses it" if uses == 1 else f"{uses} annotations and “no” use it"
        raise ProjectError(f"“{label.name}” cannot be deleted", why=count, next_step="Merge it into another label")
    before: list[Record] = [label, *(phrase for phrase in project.phrases() if phrase.label_id == label.id)]
    after: list[Record] = []
    for attribute in project.attribute_table():
        if attribute.label_ids is not None and label.id in attribute.label_ids:
            before.append(attribute)
            after.append(_without(attribute, label))
    return Change(f"Delete label “{label.name}”", tuple(before), tuple(after))


def _without(attribute: Attribute, label: Label) -> Attribute:
    rest = tuple(label_id for label_id in attribute.label_ids or () if label_id != label.id)
    if not rest:
        why = f"the attribute “{attribute.name}” is of this label alone"
        raise ProjectError(f"“{label.name}” cannot be deleted", why=why, next_step="Give the attribute another label")
    return replace(attribute, label_ids=rest)
