"""Each peer in a virtual environment of its own, outside the tree, with every version pinned (`pins/`).

They lie in $SOJU_BENCH_VENVS, else in the user's cache folder, and stay there; one whose pins have changed is made anew.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from measure import Failure

PINS = Path(__file__).resolve().parent / "pins"


def folder():
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("SOJU_BENCH_VENVS") or Path(cache) / "soju" / "bench-clean")


def version(peer):
    """The pinned version of a peer itself."""
    for line in (PINS / f"{peer}.txt").read_text().splitlines():
        name, _, number = line.partition("==")
        if name == peer:
            return number
    raise Failure(f"{PINS / peer}.txt does not pin {peer}")


def python(peer):
    """The interpreter of the peer's environment, which is made where it is missing."""
    pins = PINS / f"{peer}.txt"
    place = folder() / peer
    made = place / "pins.txt"
    interpreter = place / "bin" / "python"
    if made.exists() and made.read_text() == pins.read_text() and interpreter.exists():
        return interpreter
    base = os.environ.get("SOJU_BENCH_PYTHON") or shutil.which("python3.11") or sys.executable
    print(f"installing what {peer} needs into {place}", file=sys.stderr)
    shutil.rmtree(place, ignore_errors=True)
    steps = [
        [base, "-m", "venv", place],
        # --no-deps: the pins are complete, and pip would take minutes to find that out.
        [interpreter, "-m", "pip", "install", "--quiet", "--no-deps", "--requirement", pins],
    ]
    for step in steps:
        try:
            subprocess.run([str(part) for part in step], check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            said = (getattr(error, "stderr", None) or "")[-2000:].strip()
            raise Failure(
                f"{peer} can't be installed: {error}\n{said}\n"
                "the pins are for Python 3.11 ($SOJU_BENCH_PYTHON names one); --only leaves peers out"
            ) from error
    made.write_text(pins.read_text())
    return interpreter
