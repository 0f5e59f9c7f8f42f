"""Gathers every text that the window shows into the catalogues, and compiles them: `make translations`.

Texts are found by reading the sources: `self.tr`, a module's `_tr`, `QT_TRANSLATE_NOOP` and `translate` in `desktop/`,
the declared table of settings, and in `core/`, which knows no Qt, what is said by errors, reports, progress and titles
of changes. There, values stand in the text as `{0}`, `{1}`: `desktop/core_words.py` finds a text again by its shape.
Qt's own `lupdate` merges what was found into the `.ts` files, `lrelease` compiles them.
"""

from __future__ import annotations

import ast
import builtins
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CORE_TEXTS = HERE / "core_texts.json"
CORE, SETTINGS = "Core", "Settings"
# These speak on the command line alone, or write English pages: docs/adr/0036-languages.md.
SILENT = (
    *("core/commands/", "core/evaluation/page", "core/training/scenes/", "core/training/pretrain"),
    *("core/datasets/", "core/workflows/prepare.py"),
    *("core/training/preflight_talks.py", "core/workflows/assembling.py", "core/grounding/groundinggpt/assembly.py"),
)
# Words of core that stand inside its texts, where a reader of the source cannot see them.
VALUES = (
    *("new", "proposed", "in work", "done", "needs review", "train", "val", "test", "good", "bad", "to be looked at"),
    *("picture", "video", "sound", "pictures", "videos", "sounds", "pictures and sounds", "pictures and videos"),
    *("videos and sounds", "a picture", "a video", "a sound", "boxes", "boxes at a frame", "segments", "tracks"),
    *("videos, sounds", "pictures, videos, sounds", "boxes at a frame, tracks"),
    *("boxes, boxes at a frame, segments, tracks", "It holds text", "Its contents are of no kind that can be read"),
    *("an object", "a list", "a text", "a number", "see", "hear", "audio", "image"),
    *("Permission denied", "No such file or directory", "No space left on device", "Read-only file system"),
    *("{count} annotations", "{count} boxes", "{count} boxes at a frame", "{count} segments", "{count} tracks"),
    *("{0} is undone: boxes and sizes are of the upright picture", "{0} holds {1} in {2}", "{0} is no key box"),
    *("{0} are undone: boxes and sizes are of the upright picture", "{0} are no key boxes"),
    *("the folder {0}", "{0} on {1} (process {2})", "Rendering", "Examining {0} on rendered scenes"),
    *("File exists", "Is a directory", "Not a directory", "Input/output error", "Too many open files"),
)
_SAID_BY_NAME = {
    *("title", "why", "what", "one", "many", "next_step", "problem"),
    *("SUMMARY", "_PUBLISHED_SUMMARY", "_NO_SPANS", "_TOLD"),
}
_REASON = re.compile(r"_?why_|.*_note$|(definition_)?problem$")  # functions that return a remark
_HELPERS = ("_refuse", "_corrupt", "_damaged", "_no_keymap")  # functions that make an error of what they are given
_AMBIGUOUS = {"{0} annotations"}  # fits far more than it means; with a count it stands above
_FIELD = re.compile(r"\{\w*\}")


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """A text under its context; `counted`: it has plural forms. `where` is file:line, for messages."""

    context: str
    source: str
    counted: bool = False
    where: str = ""


class UnmarkedError(Exception):
    """A text is handed to a translation as something that reading the source cannot know."""


# --- the window -----------------------------------------------------------------------------------


def window_texts(path: Path) -> Iterator[Text]:
    """The texts of one module of the window. Raises `UnmarkedError` where one is not a literal."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    contexts = dict(_helpers(tree))
    yield from _walk(tree, "", contexts, path)


def _helpers(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Functions of a module that translate their one argument in a fixed context: name, context."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name in ("tr", "_tr"):
            for call in (part for part in ast.walk(node) if isinstance(part, ast.Call)):
                if _name(call) == "translate" and isinstance(call.args[0], ast.Constant):
                    yield node.name, str(call.args[0].value)


def _walk(node: ast.AST, owner: str, contexts: dict[str, str], path: Path) -> Iterator[Text]:
    if isinstance(node, ast.FunctionDef) and node.name in contexts:
        return
    if isinstance(node, ast.ClassDef):
        owner = node.name
    if isinstance(node, ast.Call):
        yield from _called(node, owner, contexts, f"{path.relative_to(ROOT)}:{node.lineno}")
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, owner, contexts, path)


def _called(call: ast.Call, owner: str, contexts: dict[str, str], where: str) -> Iterator[Text]:
    name = _name(call)
    if isinstance(call.func, ast.Attribute) and name == "tr":
        context, said = owner, call.args[0]
    elif isinstance(call.func, ast.Name) and name in contexts:
        context, said = contexts[name], call.args[0]
    elif name in ("QT_TRANSLATE_NOOP", "translate") and len(call.args) >= 2:
        if not isinstance(call.args[0], ast.Constant):
            return
        context, said = str(call.args[0].value), call.args[1]
    else:
        return
    counted = len(call.args) > 2
    for text in _literals(said):
        if text is not None:
            yield Text(context, text, counted, where)
        elif context not in (SETTINGS, CORE) and not _is_of_a_table(said):
            raise UnmarkedError(f"{where}: {ast.unparse(said)} cannot be gathered: write the text itself here")


def _is_of_a_table(said: ast.expr) -> bool:
    """A name or field: its texts are marked with QT_TRANSLATE_NOOP where they are written."""
    return isinstance(said, ast.Attribute | ast.Name | ast.Subscript)


def _literals(said: ast.expr) -> Iterator[str | None]:
    if isinstance(said, ast.Constant) and isinstance(said.value, str):
        yield said.value
    elif isinstance(said, ast.IfExp):
        yield from _literals(said.body)
        yield from _literals(said.orelse)
    else:
        yield None


def _name(call: ast.Call) -> str:
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


# --- core -----------------------------------------------------------------------------------------


def settings_texts() -> Iterator[Text]:
    """What the table of settings says: pages, titles, meanings, choices, the words for zero."""
    from core.settings_table import PAGES
    from core.settings_table import SETTINGS as ROWS

    for page in PAGES:
        yield Text(SETTINGS, page)
    for row in (row for row in ROWS if row.shown):
        for text in (row.title, row.description, *row.choice_titles, row.zero):
            if text:
                yield Text(SETTINGS, text)


def table_texts() -> Iterator[Text]:
    """What tables of core and of the resources say: titles of formats, the catalogue of models, figures, values."""
    from core.formats.registry import find_format, format_ids
    from core.grounding.catalogue import catalogue
    from core.workflows.model_cards import FIGURES

    said = [*VALUES, *(find_format(name).title for name in format_ids()), *FIGURES.values()]
    for config in sorted(ROOT.glob("ckpt/mini*/config.json")):
        said.append(json.loads(config.read_text(encoding="utf-8"))["summary"])
    for model in catalogue().values():
        said.append(model.summary)
        for term in model.licences:
            said += [term.summary, term.covers]
    yield from (Text(CORE, source) for source in said if source)


def core_texts(path: Path) -> Iterator[Text]:
    """What one module of core says to a person, with `{0}` for values."""
    relative = path.relative_to(ROOT).as_posix()
    if relative.startswith(SILENT):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        for said in _said(node):
            for source in _shapes(said):
                if _has_words(source):
                    yield Text(CORE, source, where=f"{relative}:{getattr(node, 'lineno', 0)}")


def _said(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions of a node that a person will read."""
    if isinstance(node, ast.Call):
        name = _name(node)
        words = {word.arg: word.value for word in node.keywords}
        if (name.endswith("Error") and not hasattr(builtins, name)) or name in _HELPERS:
            yield from node.args
            yield from (words[key] for key in ("why", "next_step") if key in words)
        elif name == "Finding":
            yield from node.args
            yield from (words[key] for key in ("why", "next_step", "in_window") if key in words)
        elif name in ("Note", "Change", "change", "skip", "note") and node.args:
            yield node.args[0]
        elif name == "in_step":
            yield from node.args
        elif name == "count_note":
            yield from node.args[2:4]
        elif name in ("progress", "_open_watching"):
            yield from node.args[2:3]
        elif name == "append" and {"warnings", "notes"} & _names(node.func):
            yield from node.args
    elif isinstance(node, ast.Assign):
        if _SAID_BY_NAME & {name for target in node.targets for name in _names(target) | _fields(target)}:
            yield from _elements(node.value)
    elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and _is_none(node.elts[0]):
        yield node.elts[1]  # nothing, and why
    elif isinstance(node, ast.FunctionDef) and _REASON.match(node.name):
        yield from (part.value for part in ast.walk(node) if isinstance(part, ast.Return) and part.value)


def _elements(node: ast.expr) -> Iterator[ast.expr]:
    """The parts of a tuple or of a table's rows; anything else as it is."""
    if isinstance(node, ast.Tuple | ast.Dict):
        for part in node.elts if isinstance(node, ast.Tuple) else node.values:
            yield from _elements(part)
    else:
        yield node


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _fields(node: ast.AST) -> set[str]:
    return {node.attr} if isinstance(node, ast.Attribute) else set()


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _shapes(said: ast.expr) -> Iterator[str]:
    """The forms a text can have: literals, f-strings with numbered values, either branch of a choice."""
    if isinstance(said, ast.Constant):
        if isinstance(said.value, str):
            yield said.value
    elif isinstance(said, ast.IfExp):
        yield from _shapes(said.body)
        yield from _shapes(said.orelse)
    elif isinstance(said, ast.BoolOp):
        for value in said.values:
            yield from _shapes(value)
    elif (isinstance(said, ast.BinOp) and isinstance(said.op, ast.Add)) or isinstance(said, ast.JoinedStr):
        yield _numbered([said])


def _numbered(parts: Iterable[ast.expr]) -> str:
    """The literal text of f-strings and sums of them, every value a number in braces."""
    text, count = "", 0
    todo = list(parts)
    while todo:
        part = todo.pop(0)
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            text += part.value
        elif isinstance(part, ast.JoinedStr):
            todo[:0] = part.values
        elif isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add):
            todo[:0] = [part.left, part.right]
        else:
            text += f"{{{count}}}"
            count += 1
    return text


def _has_words(source: str) -> bool:
    """Enough words of its own to be told from others, and to be worth translating."""
    return (
        source not in _AMBIGUOUS
        and len(re.findall(r"[A-Za-z]", _FIELD.sub("", source))) >= 4
        and (" " in source.strip() or "{" not in source)
    )


# --- all of it ------------------------------------------------------------------------------------


def all_texts() -> list[Text]:
    """Every text once, in a stable order."""
    found = [text for path in _modules("desktop") for text in window_texts(path)]
    found += [*settings_texts(), *table_texts()]
    found += [text for floor in ("core", "desktop") for path in _modules(floor) for text in core_texts(path)]
    once: dict[tuple[str, str], Text] = {}
    for text in found:
        once.setdefault((text.context, text.source), text)
    return sorted(once.values())


def _modules(floor: str) -> list[Path]:
    return sorted((ROOT / floor).rglob("*.py"))


def catalogues() -> list[Path]:
    """The catalogues there are, one for each language."""
    return sorted(HERE.glob("*.ts"))


def update(catalogue: Path, texts: Iterable[Text]) -> None:
    """Merge the texts into a catalogue: new ones come in untranslated, those that are gone go."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "texts.cpp"
        source.write_text("\n".join(map(_as_source, texts)) + "\n", encoding="utf-8")
        languages = ("-source-language", "en", "-target-language", catalogue.stem)
        options = ("-silent", "-locations", "none", "-no-obsolete", *languages)
        _run("lupdate", *options, str(source), "-ts", str(catalogue))


def compile_(catalogue: Path, target: Path | None = None) -> Path:
    """Compile a catalogue; returns the `.qm`, beside it unless a target is given."""
    target = target or catalogue.with_suffix(".qm")
    _run("lrelease", "-silent", str(catalogue), "-qm", str(target))
    return target


def write_core_texts(texts: Iterable[Text]) -> str:
    """The shapes of what core says, as the window reads them at run time."""
    shapes = sorted(text.source for text in texts if text.context == CORE)
    return json.dumps(shapes, ensure_ascii=False, indent=0) + "\n"


def _as_source(text: Text) -> str:
    macro = "QT_TRANSLATE_N_NOOP" if text.counted else "QT_TRANSLATE_NOOP"
    return f"{macro}({json.dumps(text.context)}, {json.dumps(text.source, ensure_ascii=False)})"


def _run(tool: str, *arguments: str) -> None:
    program = Path(sys.executable).parent / f"pyside6-{tool}"
    subprocess.run([str(program), *arguments], check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    """Update and compile all catalogues; says what is still to translate. Returns the exit code."""
    texts = all_texts()
    CORE_TEXTS.write_text(write_core_texts(texts), encoding="utf-8")
    for catalogue in catalogues():
        update(catalogue, texts)
        compile_(catalogue)
        open_count = catalogue.read_text(encoding="utf-8").count('type="unfinished"')
        print(f"{catalogue.name}: {len(texts)} texts, {open_count} to translate")
    return 0


if __name__ == "__main__":
    sys.exit(main())
