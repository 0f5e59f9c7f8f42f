"""Composes recordings of spoken digits into clips whose true segments are known, with conversation rows about them.

    .venv/bin/python benchmarks/spoken_digits.py RECORDINGS --out DIR --speakers jackson theo --takes 0-6 --count 240

RECORDINGS holds `{digit}_{speaker}_{take}.wav`, as the free spoken digit dataset does (CC BY-SA 4.0,
github.com/Jakobovski/free-spoken-digit-dataset). A clip is 10 s of one speaker's four different words at places drawn
by lot, over a floor of noise; it is asked for each of its words ("the word seven") and for one that is not in it.
"""

from __future__ import annotations

import argparse
import json
import sys
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.formats.examples import Example  # noqa: E402
from core.formats.groundinggpt import example_to_row  # noqa: E402
from core.schema import Segment  # noqa: E402

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
RATE, SECONDS, PER_CLIP = 8000, 10.0, 4
GAP_S = 0.15
Samples = NDArray[np.float64]


def read_takes(folder: Path, speaker: str, takes: range) -> dict[int, list[Samples]]:
    """The recordings of one speaker by digit, -1 to 1 at 8 kHz."""
    found: dict[int, list[Samples]] = {}
    for digit in range(10):
        for take in takes:
            path = folder / f"{digit}_{speaker}_{take}.wav"
            if path.is_file():
                found.setdefault(digit, []).append(_read(path))
    if len(found) < PER_CLIP:
        raise SystemExit(f"{folder} has too few recordings of {speaker}")
    return found


def _read(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
            raise SystemExit(f"{path} is not 16-bit mono at {RATE} Hz")
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float64) / 32768


def _write(path: Path, samples: NDArray[np.int16]) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype("<i2").tobytes())


def compose(
    takes: dict[int, list[Samples]], rng: np.random.Generator
) -> tuple[NDArray[np.int16], list[tuple[str, float, float]]]:
    """[n] samples of a clip, and its words with start and end in seconds."""
    digits = rng.permutation(sorted(takes))[:PER_CLIP]
    words = [takes[int(digit)][int(rng.integers(len(takes[int(digit)])))] for digit in digits]
    room = SECONDS - sum(len(word) for word in words) / RATE - GAP_S * (PER_CLIP + 1)
    cuts = np.sort(rng.uniform(0, max(room, 0.0), PER_CLIP))
    total = round(SECONDS * RATE)
    clip = rng.standard_normal(total) * 10 ** (rng.uniform(-70, -40) / 20)
    named: list[tuple[str, float, float]] = []
    at = GAP_S
    for number, (digit, word) in enumerate(zip(digits, words, strict=True)):
        start = round((at + cuts[number]) * RATE)
        part = word[: max(0, total - start)]
        clip[start : start + len(part)] += part / max(np.abs(part).max(), 1e-6) * rng.uniform(0.3, 0.8)
        named.append((WORDS[int(digit)], start / RATE, (start + len(part)) / RATE))
        at += len(word) / RATE + GAP_S
    return np.clip(clip * 32767, -32768, 32767).astype(np.int16), named


def main() -> None:
    """Write the clips and `rows.json`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recordings", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--speakers", nargs="+", required=True)
    parser.add_argument("--takes", default="0-9", help="first-last")
    parser.add_argument("--count", type=int, default=240, help="clips in all")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    first, last = (int(part) for part in args.takes.split("-"))
    voices = [read_takes(args.recordings, speaker, range(first, last + 1)) for speaker in args.speakers]
    rng = np.random.default_rng(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    rows = []
    for number in range(args.count):
        samples, named = compose(voices[number % len(voices)], rng)
        name = f"digits-{args.seed}-{number:04d}.wav"
        _write(args.out / name, samples)
        spoken = {word for word, _, _ in named}
        absent = str(rng.choice([word for word in WORDS if word not in spoken]))
        for word, start, end in [*named, (absent, 0.0, 0.0)]:
            regions = (Segment(start, end),) if end else ()
            example = Example(name, "audio", f"the word {word}", bool(end), regions, duration_s=SECONDS)
            rows.append(example_to_row(example))
    (args.out / "rows.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{args.count} clips, {len(rows)} questions in {args.out}\n")


if __name__ == "__main__":
    main()
