"""Build one commit in surroundings that differ in all that should not matter; compare every file.

Each build is made in a checkout of its own, at another path, by the command that people use. What
differs is shown, with diffoscope where it is installed.
"""

import argparse
import difflib
import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("python3.12", "python3.13")
# What numpy has code for beyond its baseline; names of another processor change nothing.
FEATURES = "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"
MOST_LINES = 12  # of a difference, where diffoscope is not there to show it

PLAIN = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}
OTHER = {
    "TZ": "Asia/Kathmandu",
    "LC_ALL": "tr_TR.UTF-8",
    "LANGUAGE": "de",
    "PYTHONHASHSEED": "4242",
    "NPY_DISABLE_CPU_FEATURES": FEATURES,
    "OPENBLAS_CORETYPE": "Prescott",
    "OMP_NUM_THREADS": "1",
    "USER": "somebody",
    "COLUMNS": "40",
}


@dataclass(frozen=True)
class Surroundings:
    """What a build is made in.

    Attributes:
        name: For messages.
        path: Where the checkout stands, below the folder of all.
        variables: Of its environment.
        umask: For the files that it makes.
        cores: How many cores it may use; 0 for all.
        reverse: Whether the files are laid down in reverse order.
        warm: Whether it is built twice and the second build is compared.
        python: The Python that builds.
    """

    name: str
    path: str
    variables: Mapping[str, str] = field(default_factory=lambda: PLAIN)
    umask: int = 0o022
    cores: int = 0
    reverse: bool = False
    warm: bool = False
    python: str = sys.executable


FIRST = Surroundings("plain", "a")
SECOND = Surroundings(
    "other path, zone, locale, hash seed, umask, file order, processor features, one core",
    "an other/Ωrt", OTHER, umask=0o077, cores=1, reverse=True,
)  # fmt: skip
WARM = Surroundings("with a warm cache", "warm", warm=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; exit code 0 the same, 1 something differs, 2 could not build."""
    parser = argparse.ArgumentParser(prog="reproduce", description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, help="keep the checkouts in this new folder")
    folder = parser.parse_args(arguments).to
    try:
        if folder is not None:
            folder.mkdir(parents=True)
            return reproduce(ROOT, folder.resolve())
        with tempfile.TemporaryDirectory() as made:
            return reproduce(ROOT, Path(made))
    except subprocess.CalledProcessError as error:
        print(f"reproduce: this failed: {' '.join(map(str, error.cmd))}", file=sys.stderr)
        return 2


def reproduce(root: Path, folder: Path) -> int:
    """Build `root` in all surroundings that this machine has; tell what differs; 0 if nothing."""
    commit = subprocess.check_output(
        ["git", "-C", str(root), "rev-parse", "HEAD"], text=True
    ).strip()
    others = [SECOND, WARM, *map(_with_python, filter(_runs, PYTHONS))]
    for name in PYTHONS:
        if not _runs(name):
            print(f"Left out: {name} is not on PATH.", flush=True)
    return compare_all(
        FIRST, others, folder, lambda where, one: check_out(root, commit, where, one)
    )


def compare_all(
    first: Surroundings,
    others: Iterable[Surroundings],
    folder: Path,
    lay: Callable[[Path, Surroundings], None],
) -> int:
    """Build in `first`, then in each of the others, and tell what differs; 0 if nothing does.

    Args:
        first: The surroundings that the others are compared with.
        others: These.
        folder: Where the checkouts go.
        lay: Lays a checkout down at a path.
    """
    wanted = build(first, folder, lay)
    failed = 0
    for one in others:
        found = differences(wanted, site := build(one, folder, lay))
        print(f"{'DIFFERENT' if found else 'the same':9}  {one.name}", flush=True)
        for name in found:
            print(show(wanted / name, site / name, name))
        failed += bool(found)
    files = sum(path.is_file() for path in wanted.rglob("*"))
    print(f"reproduce: {files} files; " + (f"{failed} builds differ" if failed else "all the same"))
    return 1 if failed else 0


def build(one: Surroundings, folder: Path, lay: Callable[[Path, Surroundings], None]) -> Path:
    """Make a checkout, build in it as `one` says, and return the site's folder."""
    where = folder / one.path
    print(f"Building: {one.name}.", flush=True)
    lay(where, one)
    python = interpreter(one.python)

    def surround() -> None:
        os.umask(one.umask)
        if one.cores and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: one.cores])

    kept = {name: value for name, value in os.environ.items() if name not in OTHER}
    for _ in range(2 if one.warm else 1):
        subprocess.run(
            [python, "-m", "hwlib", "build"],
            cwd=where,
            env={**kept, "HWLIB_CACHE": str(where / ".cache"), **one.variables},
            preexec_fn=surround,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return where / "site"


def check_out(root: Path, commit: str, where: Path, one: Surroundings) -> None:
    """Lay a commit of `root` down at `where`, with its history and with MathJax."""
    where.parent.mkdir(parents=True, exist_ok=True)
    git = ["git", "-c", "advice.detachedHead=false"]
    subprocess.run([*git, "clone", "-q", "--no-checkout", str(root), str(where)], check=True)
    listed = subprocess.check_output(
        ["git", "-C", str(where), "ls-tree", "-r", "-z", "--name-only", commit], text=True
    )
    names = sorted(filter(None, listed.split("\0")), reverse=one.reverse)
    subprocess.run(["git", "-C", str(where), "reset", "-q", commit], check=True)
    for start in range(0, len(names), 100):
        command = ["git", "-C", str(where), "checkout", "-q", "HEAD", "--"]
        subprocess.run([*command, *names[start : start + 100]], check=True)
    (where / "node_modules").symlink_to(root / "node_modules")


# -------------------------------------------------------------------------------- other Pythons


def _runs(name: str) -> bool:
    try:
        done = subprocess.run([name, "-c", ""], check=False, stderr=subprocess.DEVNULL)
    except OSError:
        return False
    return done.returncode == 0


def _with_python(name: str) -> Surroundings:
    return Surroundings(f"with {name}", name, python=name)


def interpreter(name: str) -> str:
    """Return a Python that has the locked packages: this one, or one made of `name` and kept."""
    if name == sys.executable:
        return name
    home = ROOT / ".cache" / "reproduce" / name
    python, stamp = home / "bin" / "python", home / ".ready"
    lock = (ROOT / "requirements" / "build.txt").read_text(encoding="utf-8")
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != lock:
        print(f"Installing the locked packages for {name}.", flush=True)
        subprocess.run([name, "-m", "venv", "--clear", str(home)], check=True)
        pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        locked = ["--require-hashes", "--only-binary", ":all:", "-r", "requirements/build.txt"]
        subprocess.run([*pip, *locked], cwd=ROOT, check=True)
        stamp.write_text(lock, encoding="utf-8")
    return str(python)


# ------------------------------------------------------------------------------------ differences


def differences(one: Path, other: Path) -> list[str]:
    """Return the names of files that are not in both folders, or not the same in them."""
    names = {
        path.relative_to(folder).as_posix()
        for folder in (one, other)
        for path in folder.rglob("*")
        if path.is_file()
    }
    return sorted(name for name in names if not _same(one / name, other / name))


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)


def show(one: Path, other: Path, name: str) -> str:
    """Return how two files differ, in a few lines."""
    if not (one.is_file() and other.is_file()):
        return f"  {name}: only in the {'first' if one.is_file() else 'second'} build"
    if shutil.which("diffoscope"):
        command = ["diffoscope", "--text", "-", str(one), str(other)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    lines = list(difflib.unified_diff(_lines(one), _lines(other), lineterm="", n=0))[2:]
    shown = [f"    {_around(line)}" for line in lines[:MOST_LINES]]
    more = [f"    … and {len(lines) - MOST_LINES} more lines"] if lines[MOST_LINES:] else []
    return "\n".join([f"  {name}:", *shown, *more])


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def _around(line: str) -> str:
    return line if len(line) <= 160 else f"{line[:160]} …"


if __name__ == "__main__":
    sys.exit(main())
