"""The product's own way of answering against the straightforward one, on the same weights and inputs, in one run.

    python benchmarks/speed.py                  every line on mini and mini-time, growth, and where the time goes
    python benchmarks/speed.py --write          the same, into docs/measurements/speed_cpu.json and docs/performance.md
    python benchmarks/speed.py --quick --check  fewer repeats; what got worse than the committed ratios; 1 if anything
    python benchmarks/speed.py --full-size      the 7B shapes with random weights and forced digits on a GPU (--write)
    python benchmarks/speed.py --full-size --shapes tiny    the same lines at a small size on a CPU: does it work?

Both ways are measured in turn and their texts compared; CPU seconds (of all threads and children) stand beside wall
seconds. On a machine that others use, believe the ratios, of CPU seconds rather than of wall time.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SCRATCH = tempfile.TemporaryDirectory(prefix="groundlabel-speed-")
os.environ["GROUNDLABEL_HOME"] = str(Path(SCRATCH.name) / "home")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the product sets it for the model's process

import torch  # noqa: E402
from timing import record  # noqa: E402
from timing.clock import commit, machine, today  # noqa: E402


def head(args: argparse.Namespace) -> dict[str, Any]:
    """What the figures belong to."""
    command = "python benchmarks/speed.py " + " ".join(argument for argument in sys.argv[1:] if argument != "--json")
    if args.threads:
        torch.set_num_threads(args.threads)
    return {"machine": machine(), "date": today(), "commit": commit(), "command": command.strip()}


def small(args: argparse.Namespace) -> int:
    """The bundled models on the CPU."""
    from timing import growth
    from timing.small import QUICK, Amount, gives_way, measure

    amount = QUICK if args.quick else Amount(repeats=args.repeat, folder=args.images, thousand=args.photographs)
    found = head(args)

    def keep(lines: dict[str, Any]) -> None:
        if args.write:  # a long run that is cut short has not been for nothing
            record.write(record.CPU_RECORD, found | {"lines": lines})
            record.cpu_page(found | {"lines": lines})

    found["lines"] = measure(Path(SCRATCH.name), amount, keep)
    if not args.quick:
        found["gives_way"] = gives_way(Path(SCRATCH.name), 6 * args.repeat)
        found |= growth.measure(Path(SCRATCH.name), args.repeat)
    if args.json:
        print(json.dumps(found))
    if args.write:
        record.write(record.CPU_RECORD, found)
        record.cpu_page(found)
    if not args.check:
        return 0
    if not record.CPU_RECORD.exists():
        print("nothing was recorded before: --write does it")
        return 0
    told = record.worse(json.loads(record.CPU_RECORD.read_text(encoding="utf-8")), found["lines"])
    tolerance = f"more than {record.WORSE:g} times the recorded ratio to the baseline"
    print("\n".join(["", f"GOT WORSE ({tolerance}):", *told]) if told else f"nothing got worse ({tolerance})")
    return 1 if told else 0


def full_size(args: argparse.Namespace) -> int:
    """The published shapes."""
    from timing.large import measure

    found = head(args) | {"shapes": args.shapes}
    found |= measure(Path(SCRATCH.name), tiny=args.shapes == "tiny", repeats=args.repeat, images=args.images)
    print(json.dumps(found, indent=1))
    if args.write and args.shapes != "tiny":
        record.write(record.GPU_RECORD, found)
        record.gpu_page(found)
    return 1 if found["failed"] else 0


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=7, help="how often each line is measured (7)")
    parser.add_argument("--quick", action="store_true", help="three repeats, few media, no growth: under three minutes")
    parser.add_argument("--check", action="store_true", help="compare with the committed ratios; 1 when worse")
    parser.add_argument("--write", action="store_true", help="write the record and the tables of docs/performance.md")
    parser.add_argument("--json", action="store_true", help="print everything as JSON at the end")
    parser.add_argument("--threads", type=int, help="of torch in this process (all)")
    parser.add_argument("--full-size", action="store_true", help="the published model's shapes with random weights")
    parser.add_argument("--shapes", choices=("published", "tiny"), default="published", help="of --full-size")
    parser.add_argument("--images", type=int, default=100, help="pictures that five expressions are asked about (100)")
    parser.add_argument("--photographs", type=int, default=1000, help="photographs that one is asked about (1000)")
    args = parser.parse_args()
    if args.quick and args.write:
        parser.error("what is recorded is measured whole: --write goes without --quick")
    with SCRATCH:
        return full_size(args) if args.full_size else small(args)


if __name__ == "__main__":
    sys.exit(main())
