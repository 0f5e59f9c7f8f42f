"""Compares prompts, training texts and what of them is learned with a folder's, by the keys of its files."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Tokenizer
from transformers import AutoTokenizer

from core.grounding.groundinggpt.configuration import MediaTokens
from core.grounding.groundinggpt.prompts import (
    PUBLISHED_COMMAND_LINE,
    PUBLISHED_TRAINING,
    SYSTEM,
    MediaBlocks,
    Turn,
    answer_of,
    learned_tokens,
    prompt_text,
    training_text,
    turn_of,
)
from core.schema import MediaKind
from tests.model.parity.report import Report

_SHORTHAND = re.compile(r"(<\w+>)\*(\d+)")
_BOX = re.compile(r"\[[^\[\]]*\]")
_KINDS: dict[str, MediaKind] = {"<im_start>": "image", "<vi_start>": "video", "<so_start>": "audio"}
_CHANGES: dict[str, MediaKind] = {"image": "image", "video": "video", "sound": "audio"}
_SESSION_KEYS = {
    "name", "inputs", "raw_model_outputs", "prompts", "generate_kwargs", "printed", "prompts_exact_expanded_by",
    "input_ids_rle",
}  # fmt: skip
_CASE_KEYS = {"conversations", "text", "text_len_expanded"}
_INFERENCE_KEYS = {
    "cli_sessions", "conversation", "web_demo_three_modalities", "special_token_ids_with_32000_vocab",
    "stop_string_ids", "tokenizer_note", "note",
}  # fmt: skip
_TRAINING_KEYS = {"note", "cases"}
# `segment_token_lens` is how the original came to its labels, which are compared themselves.
_VARIANT_KEYS = {
    "input_ids_rle", "n_tokens", "supervised_token_ranges", "supervised_char_spans_in_expanded_text",
    "supervised_text", "segment_token_lens", "aligned_chars", "n_chars",
}  # fmt: skip


def expanded(text: str) -> str:
    """A text in which `<im_patch>*9` stands for nine of them, written out."""
    return _SHORTHAND.sub(lambda match: match[1] * int(match[2]), text)


def blocks_of(texts: Sequence[str]) -> MediaBlocks:
    """Blocks with as many patches as the shorthand of these texts says."""
    counts = {token: int(count) for text in texts for token, count in _SHORTHAND.findall(text)}
    names = MediaTokens()
    patches: dict[MediaKind, int] = {
        "image": counts.get(names.image_patch, 0),
        "video": counts.get(names.video_patch, 0),
        "audio": counts.get(names.sound_patch, 0),
    }
    return MediaBlocks(names, patches)


def _run_lengths(pairs: Sequence[Sequence[int]]) -> list[int]:
    return [index for index, count in pairs for _ in range(count)]


class Tokens:
    """A tokenizer of LLaMA's vocabulary with the media tokens, and which of a folder's variants it agrees with."""

    def __init__(self, folder: Path) -> None:
        if (folder / "tokenizer.json").is_file():
            self.tokenizer = Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8"))
        else:  # only the older kind of file
            self.tokenizer = AutoTokenizer.from_pretrained(str(folder)).backend_tokenizer
        self.tokenizer.add_special_tokens(
            [AddedToken(name, normalized=False, special=True) for name in asdict(MediaTokens()).values()]
        )
        self.possible: set[str] | None = None

    def encode(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Ids with the begin token in front, and where in the text each begins and ends."""
        encoded = self.tokenizer.encode(text, add_special_tokens=False)
        return [self.tokenizer.token_to_id("<s>"), *encoded.ids], [(0, 0), *encoded.offsets]

    def agree(self, variants: dict[str, list[int]], got: list[int]) -> str:
        """Which of these variants is this tokenizer's: one that it has agreed with on all texts so far."""
        named = {name.removeprefix("llama_tokenizer_"): name for name in variants}
        possible = named.keys() if self.possible is None else self.possible & named.keys()
        agreed = {short for short in possible if variants[named[short]] == got}
        self.possible = agreed or set(possible)
        return named[next(iter(self.possible or named))]


class Prompts:
    """All files of a folder with prompts."""

    def __init__(self, folder: Path, report: Report, tokens: Tokens | None) -> None:
        self.folder = folder
        self.report = report
        self.tokens = tokens

    def run(self) -> None:
        """Compare every file."""
        for path in sorted(self.folder.glob("*.json")):
            content = json.loads(path.read_text(encoding="utf-8"))
            if "cases" in content:
                self.report.known(path.name, content, _TRAINING_KEYS)
                for name, case in content["cases"].items():
                    self._training(name, case)
            elif "cli_sessions" in content:
                self.report.known(path.name, content, _INFERENCE_KEYS)
                self._inference(content)
            else:
                self.report.fail(f"{path.name}: of an unknown kind")

    # --- training --------------------------------------------------------------------------

    def _training(self, name: str, case: dict[str, Any]) -> None:
        turns = [turn_of(row["from"], row["value"]) for row in case["conversations"]]
        got = training_text(PUBLISHED_TRAINING, turns, blocks_of([case["text"]]))
        self.report.value(f"{name} text", "training texts", got.text, expanded(case["text"]))
        self.report.value(f"{name} length", "training texts", len(got.text), case["text_len_expanded"])
        variants = {key: part for key, part in case.items() if key not in _CASE_KEYS}
        for key, part in variants.items():
            if "supervised_char_spans_in_expanded_text" not in part:
                self.report.fail(f"{name}: unknown key {key}")
                continue
            self.report.known(f"{name} {key}", part, _VARIANT_KEYS)
            for count in part.keys() & {"n_chars", "aligned_chars"}:
                self.report.value(f"{name} {key} {count}", "training texts", len(got.text), part[count])
            spans = [list(span) for span in got.learned]
            want = part["supervised_char_spans_in_expanded_text"]
            self.report.value(f"{name} {key} spans", "supervised spans", spans, want)
            texts = [got.text[start:end] for start, end in got.learned]
            self.report.value(f"{name} {key} words", "supervised spans", texts, part["supervised_text"])
        if self.tokens is not None and all("input_ids_rle" in part for part in variants.values()):
            ids, offsets = self.tokens.encode(got.text)
            known = {key: _run_lengths(part["input_ids_rle"]) for key, part in variants.items()}
            agreed = self.tokens.agree(known, ids)
            chosen = variants[agreed]
            self.report.value(f"{name} ids", "training ids", ids, known[agreed])
            self.report.value(f"{name} count of ids", "training ids", len(ids), chosen["n_tokens"])
            learned = learned_tokens(got.learned, offsets)
            ranges = [index for first, last in chosen["supervised_token_ranges"] for index in range(first, last)]
            found = [index for index, is_learned in enumerate(learned) if is_learned]
            self.report.value(f"{name} labels", "training labels", found, ranges)

    # --- inference -------------------------------------------------------------------------

    def _inference(self, content: dict[str, Any]) -> None:
        template, facts = PUBLISHED_COMMAND_LINE, content["conversation"]
        self.report.value("system", "template", SYSTEM, facts["system"])
        self.report.value("separator", "template", template.stop, facts["sep"])
        self.report.value("stop", "template", template.stop, facts["stop_string"])
        names = [f"{facts['sep']}{role}: " for role in facts["roles"]]
        self.report.value("roles", "template", [template.human, template.assistant], names)
        added = content["special_token_ids_with_32000_vocab"]
        order = sorted(added, key=lambda token: int(added[token]))
        self.report.value("special tokens", "template", list(asdict(MediaTokens()).values()), order)
        if self.tokens is not None:
            self.report.value(
                "stop ids", "prompt ids", self.tokens.encode(template.stop)[0], content["stop_string_ids"]
            )
        for session in content["cli_sessions"]:
            self._session(session)
        self._web(content["web_demo_three_modalities"]["prompts"])

    def _session(self, session: dict[str, Any]) -> None:
        """A conversation at the original's command line: `change KIND`, a file, then questions."""
        name = session["name"]
        self.report.known(name, session, _SESSION_KEYS)
        blocks = blocks_of(session["prompts"])
        answers = session["printed"].split("Assistant: ")[1:]
        answers = [answer.removesuffix("exit...\n").removesuffix("\n") for answer in answers]
        prompts: list[str] = []
        turns: list[Turn] = []
        media: tuple[MediaKind, ...] = ()
        lines = iter(session["inputs"])
        for line in lines:
            if (change := re.fullmatch(r"change (image|video|sound)", line)) is not None:
                next(lines)  # the file
                media, turns = (_CHANGES[change[1]],), []
                continue
            turns.append(Turn(True, line, media))
            media = ()
            prompts.append(prompt_text(PUBLISHED_COMMAND_LINE, turns, blocks))
            turns.append(Turn(False, answers[len(prompts) - 1]))
        for number, (got, want) in enumerate(zip(prompts, session["prompts"], strict=True)):
            self.report.value(f"{name} prompt {number}", "prompts", got, expanded(want))
        for number, (raw, printed) in enumerate(zip(session["raw_model_outputs"], answers, strict=True)):
            got = _BOX.sub("[]", answer_of(raw, PUBLISHED_COMMAND_LINE))
            self.report.value(f"{name} answer {number}", "answers", got, _BOX.sub("[]", printed))
        self._ids(name, session["input_ids_rle"], prompts)

    def _web(self, prompts: list[str]) -> None:
        for number, want in enumerate(prompts):
            said = re.split(r"###(?:Human|Assistant): ?", want)[1:-1]
            turns = []
            for index, text in enumerate(said):
                media = tuple(_KINDS[token] for token in re.findall(r"<\w+_start>", text))
                turns.append(Turn(index % 2 == 0, text.rsplit("\n", 1)[-1], media))
            got = prompt_text(PUBLISHED_COMMAND_LINE, turns, blocks_of(prompts))
            self.report.value(f"web prompt {number}", "prompts", got, expanded(want))

    def _ids(self, name: str, variants: dict[str, Any], prompts: list[str]) -> None:
        if self.tokens is None:
            return
        for number, prompt in enumerate(prompts):
            known = {key: _run_lengths(rows[number]) for key, rows in variants.items()}
            ids, _ = self.tokens.encode(prompt)
            self.report.value(f"{name} ids {number}", "prompt ids", ids, known[self.tokens.agree(known, ids)])
