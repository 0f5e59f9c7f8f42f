"""The main job on the bundled sample with the bundled model: tables, pictures, exported files, and the window.

    .venv/bin/python .ci/demo.py [--out demo-output] [--model NAME|DIR] [--no-window]

Everything goes through the commands that a person would use; only accepting, which is a click in the window, is
done here by the same act that the click does.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.geometry import iou, match_one_to_one, temporal_iou  # noqa: E402
from core.media import read_image  # noqa: E402
from core.media.audio import read_audio  # noqa: E402
from core.media.drawing import DrawnBox, draw_boxes, write_picture  # noqa: E402
from core.media.timelines import TimedRow, draw_timeline, film_strip, strip_times, waveform  # noqa: E402
from core.media.video import open_video  # noqa: E402
from core.project import Project, acts  # noqa: E402
from core.schema import Answer, Box, Proposal, Segment  # noqa: E402
from core.workflows.display import usable_display  # noqa: E402
from core.workflows.sample import Sample, SampleClip, SamplePicture, load_sample, open_sample  # noqa: E402

AUTHOR = "demo"
ACCEPTED_FROM = 0.5
GOOD_IOU = 0.5
WINDOW_TRIAL_S = 4  # a window that cannot open has said so by then
MARKER = ".made-by-make-demo"


def fresh_folder(out: Path) -> None:
    """Empty the folder if an earlier demo made it; leave a stranger's folder alone."""
    if out.exists() and any(out.iterdir()):
        if not (out / MARKER).exists():
            raise SystemExit(f"demo: stopped: {out} holds files of somebody else. Name another folder with --out.")
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / MARKER).touch()


def command(*arguments: str, keep: Path | None = None) -> None:
    """Run one of the app's own commands as a person would; its stdout may be added to a file."""
    line = [sys.executable, str(ROOT / "main.py"), *arguments]
    print(f"\n$ python main.py {' '.join(shown(argument) for argument in arguments)}", flush=True)
    if keep is None:
        done = subprocess.run(line, check=False)
    else:
        with keep.open("a", encoding="utf-8") as file:
            done = subprocess.run(line, stdout=file, check=False)
    if done.returncode not in (0, 3):  # 3: done, and its own report says what was skipped
        raise SystemExit(f"demo: stopped: `{arguments[0]}` ended with exit code {done.returncode}.")


def shown(argument: str) -> str:
    """An argument as one would type it."""
    return f'"{argument}"' if " " in argument else argument


def boxes_of(answer: Answer) -> list[tuple[Proposal, Box]]:
    """Its proposals that are boxes."""
    return [(proposal, proposal.region) for proposal in answer.proposals if isinstance(proposal.region, Box)]


def spans_of(answer: Answer) -> list[tuple[Proposal, Segment]]:
    """Its proposals that are spans of time."""
    return [(proposal, proposal.region) for proposal in answer.proposals if isinstance(proposal.region, Segment)]


def verdict(answer: Answer, picture: SamplePicture) -> str:
    """How the answer compares with what was drawn: the pictures come with the truth."""
    truth = picture.boxes_xyxy[answer.query.expression]
    found = [(box.x1, box.y1, box.x2, box.y2) for _, box in boxes_of(answer)]
    pairs = [(iou(box, true), i, j) for i, box in enumerate(found) for j, true in enumerate(truth)]
    return compared(answer, len(match_one_to_one(pairs, GOOD_IOU)), len(found), len(truth))


def span_verdict(answer: Answer, clip: SampleClip) -> str:
    """The same for spans of time, by temporal IoU."""
    truth = clip.spans_s[answer.query.expression]
    found = [(span.start_s, span.end_s) for _, span in spans_of(answer)]
    pairs = [(temporal_iou(span, true), i, j) for i, span in enumerate(found) for j, true in enumerate(truth)]
    return compared(answer, len(match_one_to_one(pairs, GOOD_IOU)), len(found), len(truth))


def compared(answer: Answer, hits: int, found: int, true: int) -> str:
    """How many of the true ones were found, in words."""
    if answer.error:
        return "no answer"
    if hits == true == found:
        return "right"
    return f"{hits} of {true} found, {found - hits} too many" if found > hits else f"{hits} of {true} found"


def rows(answer: Answer, picture: SamplePicture) -> Iterable[tuple[str, ...]]:
    """Lines of the table: one for each box, or one that says why there is none."""
    words, compared = answer.query.expression, verdict(answer, picture)
    if not answer.proposals:
        yield (picture.file, words, f"error: {answer.error}" if answer.error else "not present", "", compared)
    for number, (proposal, box) in enumerate(boxes_of(answer)):
        corners = f"{box.x1:.0f}, {box.y1:.0f}, {box.x2:.0f}, {box.y2:.0f}"
        score = "-" if proposal.score is None else f"{proposal.score:.2f}"
        yield ("", "", corners, score, "") if number else (picture.file, words, corners, score, compared)


def print_table(lines: Sequence[tuple[str, ...]]) -> None:
    """Columns side by side."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for number, line in enumerate(lines):
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))


def show_and_accept(project_path: Path, sample: Sample, pictures_dir: Path) -> None:
    """Print the table, draw what was proposed, and stand behind the boxes that the model is sure of."""
    lines: list[tuple[str, ...]] = [("picture", "expression", "box x1, y1, x2, y2", "score", "against what was drawn")]
    colours = {text: number for number, text in enumerate(sample.expressions)}
    asked = right = 0
    with Project.open(project_path, author=AUTHOR, role="command") as project:
        items = {item.path: item for item in project.media()}
        for picture in sample.pictures:
            item = items[picture.file]
            drawn: list[DrawnBox] = []
            for answer in project.answers(item.id):
                lines += rows(answer, picture)
                asked, right = asked + 1, right + (verdict(answer, picture) == "right")
                colour = colours.get(answer.query.expression, 0)
                for proposal, box in boxes_of(answer):
                    text = f"{answer.query.expression} {proposal.score:.2f}" if proposal.score is not None else ""
                    drawn.append(DrawnBox((box.x1, box.y1, box.x2, box.y2), text, colour))
                accept_what_is_sure(project, answer)
            target = pictures_dir / f"{Path(picture.file).stem}.png"
            write_picture(draw_boxes(read_image(project.places.resolve(item)).rgb, drawn), target)
        accepted = len(project.annotations())
    print()
    print_table(lines)
    print(
        f"\n{right} of {asked} answers are exactly right. {accepted} boxes accepted (score {ACCEPTED_FROM} and more)."
    )


def accept_what_is_sure(project: Project, answer: Answer) -> None:
    """Stand behind what has a good score."""
    sure = [one for one in answer.proposals if one.score is None or one.score >= ACCEPTED_FROM]
    if sure:
        project.apply(acts.accept(project, answer, sure))


# --- the video and the sound ---------------------------------------------------------------------


def ask_clips(project_path: Path, sample: Sample, model: Sequence[str], answers: Path) -> dict[str, str]:
    """Ask about the video and about the sound, each with its own expressions; why one was not answered, by its name."""
    for clip in sample.clips:
        command("propose", str(project_path), *clip.spans_s, "--kind", clip.kind, *model, "--json", keep=answers)
    events = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    return {event["media"]: event["why"] for event in events if event["event"] == "skipped"}


def show_clips(project_path: Path, sample: Sample, pictures_dir: Path, skipped: dict[str, str]) -> None:
    """Print the table of spans, draw them under the frames and the waveform, and stand behind the sure ones."""
    lines: list[tuple[str, ...]] = [("medium", "expression", "span in s", "score", "true", "against what was made")]
    asked = right = 0
    with Project.open(project_path, author=AUTHOR, role="command") as project:
        items = {item.path: item for item in project.media()}
        for clip in sample.clips:
            item = items[clip.file]
            answers = project.answers(item.id)
            if not answers:
                lines.append((clip.file, "", "not asked", "", "", skipped.get(clip.file, "the model gave no answer")))
                continue
            for answer in answers:
                lines += span_rows(answer, clip)
                asked, right = asked + 1, right + (span_verdict(answer, clip) == "right")
                accept_what_is_sure(project, answer)
            target = pictures_dir / f"{Path(clip.file).stem}.png"
            write_picture(draw_clip(project.places.resolve(item), clip, answers), target)
    print()
    print_table(lines)
    print(f"\n{right} of {asked} answers about the video and the sound are right (temporal IoU from {GOOD_IOU} on).")


def span_rows(answer: Answer, clip: SampleClip) -> Iterable[tuple[str, ...]]:
    """Lines of the table: one for each span, or one that says why there is none."""
    words, told = answer.query.expression, span_verdict(answer, clip)
    true = ", ".join(f"{start:.1f} - {end:.1f}" for start, end in clip.spans_s[words]) or "never"
    if not answer.proposals:
        yield (clip.file, words, f"error: {answer.error}" if answer.error else "not present", "", true, told)
    for number, (proposal, span) in enumerate(spans_of(answer)):
        times = f"{span.start_s:.2f} - {span.end_s:.2f}"
        score = "-" if proposal.score is None else f"{proposal.score:.2f}"
        yield ("", "", times, score, "", "") if number else (clip.file, words, times, score, true, told)


def draw_clip(path: Path, clip: SampleClip, answers: Sequence[Answer]) -> Image.Image:
    """Frames, or the waveform, over the true and the answered spans of each expression."""
    rows = [
        TimedRow(
            answer.query.expression,
            clip.spans_s[answer.query.expression],
            tuple(((span.start_s, span.end_s), proposal.score) for proposal, span in spans_of(answer)),
            span_verdict(answer, clip),
        )
        for answer in answers
    ]
    if clip.kind == "audio":
        return draw_timeline(waveform(read_audio(path)), clip.duration_s, rows)
    with open_video(path) as video:
        times = strip_times(video.index.size_wh, clip.duration_s)
        return draw_timeline(film_strip([video.frame_at(time_s) for time_s in times]), clip.duration_s, rows)


def open_window(project_path: Path) -> None:
    """Open the app on the project where there is a screen; the window stays when the demo ends."""
    display = usable_display()
    if not display:
        print("There is no display here. Where there is one, this opens the window:")
        print(f"    make run PROJECT={project_path}")
        return
    log = project_path.parent / "window.log"
    with log.open("w", encoding="utf-8") as file:
        line = [sys.executable, str(ROOT / "main.py"), str(project_path)]
        window = subprocess.Popen(line, stdout=file, stderr=file, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        code = window.wait(WINDOW_TRIAL_S)
    except subprocess.TimeoutExpired:
        print(f"The window is open on {display} (process {window.pid}).")
        return
    if code != 0:
        raise SystemExit(f"demo: the window did not open: {log.read_text(encoding='utf-8').strip()}")


def main() -> None:
    """Do the job, say where everything is, open the window."""
    parser = argparse.ArgumentParser(description="Ground the bundled sample project and show the result.")
    parser.add_argument("--out", type=Path, default=ROOT / "demo-output", help="folder for everything that is made")
    parser.add_argument("--model", help="a name or a folder (the bundled one for each medium)")
    parser.add_argument("--no-window", action="store_true", help="do not open the window at the end")
    options = parser.parse_args()
    started = time.perf_counter()
    out = options.out.absolute()
    fresh_folder(out)
    sample = load_sample()
    project_path = open_sample(out, author=AUTHOR)
    pictures_dir = out / "annotated"
    pictures_dir.mkdir()
    coco_path = out / "coco" / "annotations.json"
    coco_path.parent.mkdir()
    answers, native = out / "answers.jsonl", out / "native.json"
    model = ("--model", options.model) if options.model else ()
    print(f"Asking {len(sample.expressions)} expressions about each of {len(sample.pictures)} pictures.")
    command("propose", str(project_path), *sample.expressions, "--kind", "picture", *model, "--json", keep=answers)
    show_and_accept(project_path, sample, pictures_dir)
    print("\nAsking about the video and the sound.")
    show_clips(project_path, sample, pictures_dir, ask_clips(project_path, sample, model, answers))
    command("export", str(project_path), "--format", "coco", "--out", str(coco_path))
    command("export", str(project_path), "--format", "native", "--out", str(native))
    print(f"\nEverything is in {out} (made in {time.perf_counter() - started:.0f} s):")
    for place in (project_path, pictures_dir, coco_path, native, answers):
        print(f"    {place.relative_to(out)}")
    if not options.no_window:
        open_window(project_path)


if __name__ == "__main__":
    main()
