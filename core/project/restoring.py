"""Brings a medium back to how it stood after an earlier Change, as one Change of its own. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.project.acts import Draft
from core.project.past import Kept
from core.project.present import key_of
from core.project.project import Project
from core.project.wording import fold
from core.schema import Annotation, Change, Label


def restore(project: Project, media_id: str, wanted: Sequence[Kept], what: str) -> Change:
    """The Change after which the annotations and verdicts of a medium are `wanted`, as `Past.state_after` gave them.

    `what` is what the Change of that state was called. A label that was taken away since comes back with its number,
    unless another one has its name by now. Empty when everything is so already.
    """
    draft = Draft(project)
    labels = {label.id: label for label in project.labels()}
    back = {key_of(record): _labelled(project, draft, labels, record) for record in wanted}
    present: list[Kept] = [*project.annotations(media_id), *project.verdicts(media_id)]
    standing = {key_of(record): record for record in present}
    draft.before.extend(record for key, record in standing.items() if back.get(key) != record)
    draft.after.extend(record for key, record in back.items() if standing.get(key) != record)
    if draft.before or draft.after:
        draft.begin_work(media_id)
    return draft.change(f"Restore the state after: {what}")


def _labelled(project: Project, draft: Draft, labels: dict[str, Label], record: Kept) -> Kept:
    """The record with a label that stands."""
    if not isinstance(record, Annotation) or record.label_id in labels:
        return record
    gone = project.label_ever(record.label_id)
    if gone is None:  # every label that an annotation ever had is known
        return record
    namesake = next((label for label in labels.values() if fold(label.name) == fold(gone.name)), None)
    if namesake is not None:
        return replace(record, label_id=namesake.id)
    labels[gone.id] = gone
    draft.after.append(gone)
    return record
