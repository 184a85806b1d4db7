"""Build one commit in surroundings that differ in all that should not matter; compare every file.

Each build is made in a checkout of its own, at another path, by the command that people use. What
differs is shown, with diffoscope where it is installed.
"""

import argparse
import difflib
import filecmp
import locale
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13")
# Where a machine may have Pythons beside those on PATH: of pyenv, uv, GitHub's runners, macOS.
PLACES = (
    (os.environ.get("PYENV_ROOT") or "~/.pyenv", "versions/{}.*/bin/python3"),
    ("~/.local/share/uv/python", "cpython-{}.*/bin/python3"),
    (os.environ.get("RUNNER_TOOL_CACHE") or "/opt/hostedtoolcache", "Python/{}.*/x64/bin/python3"),
    ("/usr/local/bin", "python{}"),
    ("/opt/homebrew/bin", "python{}"),
    ("/Library/Frameworks/Python.framework/Versions", "{}/bin/python3"),
)
# What numpy has code for beyond its baseline; names of another processor change nothing.
FEATURES = "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"
MOST_LINES = 24  # of a difference, where diffoscope is not there to show it

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
OLD = 1_000_000_000  # in 2001: when the files of a checkout were last changed, as it seems
LATER = ("faketime", "-f", "+3700d")  # for the calendar alone, not for stopwatches and files
LATER_ONLY = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}
BACKWARDS = ROOT / "scripts" / "backwards"  # for PYTHONPATH


@dataclass(frozen=True)
class Surroundings:
    """What a build is made in.

    Attributes:
        name: For messages.
        path: Where the checkout stands, below the folder of all.
        variables: Of its environment.
        umask: For the files that it makes.
        cores: How many cores it may use; 0 for all.
        backwards: Whether every folder is listed backwards.
        later: Whether the files are old and, where the machine can pretend, the day is a later one.
        warm: Whether it finds the cache of the first build.
        python: The Python that builds.
    """

    name: str
    path: str
    variables: Mapping[str, str] = field(default_factory=lambda: PLAIN)
    umask: int = 0o022
    cores: int = 0
    backwards: bool = False
    later: bool = False
    warm: bool = False
    python: str = sys.executable


FIRST = Surroundings("plain", "a")
SECOND = Surroundings(
    "other path, time, zone, locale, hash seed, umask, order, processor features, one core",
    "an other/Ωrt", OTHER, umask=0o077, cores=1, backwards=True, later=True,
)  # fmt: skip
WARM = Surroundings("with the cache of the first", "warm", warm=True)


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
    others = [SECOND, WARM]
    for version in PYTHONS:
        if python := find_python(version):
            others.append(Surroundings(f"with Python {version}", f"python{version}", python=python))
        elif version != _version_of(sys.executable):
            print(f"Left out: there is no Python {version} here.", flush=True)
    for lacking in lacks():
        print(f"Left out: {lacking}.", flush=True)
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

    more: dict[str, str] = LATER_ONLY if one.later else {}
    if one.backwards:
        more = {**more, "PYTHONPATH": str(BACKWARDS)}

    def surround() -> None:
        os.umask(one.umask)
        if one.cores and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: one.cores])

    kept = {name: value for name, value in os.environ.items() if name not in {*OTHER, "PYTHONPATH"}}
    cache = folder / FIRST.path if one.warm else where
    later = LATER if one.later and shutil.which(LATER[0]) else ()
    subprocess.run(
        [*later, python, "-m", "hwlib", "build"],
        cwd=where,
        env={**kept, "HWLIB_CACHE": str(cache / ".cache"), **more, **one.variables},
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
    subprocess.run([*git, "-C", str(where), "checkout", "-q", "--detach", commit], check=True)
    # The project that was cloned is no published state, whatever stands in it meanwhile.
    subprocess.run(["git", "-C", str(where), "remote", "remove", "origin"], check=True)
    if one.later:
        for path in where.rglob("*"):
            os.utime(path, (OLD, OLD), follow_symlinks=False)
    (where / "node_modules").symlink_to(root / "node_modules")


# -------------------------------------------------------------------------------- other Pythons


def find_python(version: str) -> str:
    """Return a Python of that version (3.12), not the one that runs this; "" if there is none."""
    if version == _version_of(sys.executable):
        return ""
    found = [
        str(python)
        for folder, pattern in PLACES
        for python in sorted(Path(folder).expanduser().glob(pattern.format(version)))
    ]
    found.insert(0, f"python{version}")
    return next((python for python in found if _version_of(python) == version), "")


def _version_of(python: str) -> str:
    """Return the version of a Python, 3.12; "" for one that does not run."""
    tell = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        said = subprocess.run([python, "-c", tell], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return said.stdout.strip()


def interpreter(python: str) -> str:
    """Return a Python that has the locked packages: this one, or one made of `python` and kept."""
    if python == sys.executable:
        return python
    version = _version_of(python)
    home = ROOT / ".cache" / "reproduce" / f"python{version}"
    made, stamp = home / "bin" / "python", home / ".ready"
    lock = (ROOT / "requirements" / "build.txt").read_text(encoding="utf-8")
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != lock:
        print(f"Installing the locked packages for Python {version}.", flush=True)
        subprocess.run([python, "-m", "venv", "--clear", str(home)], check=True)
        pip = [str(made), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        locked = ["--require-hashes", "--only-binary", ":all:", "-r", "requirements/build.txt"]
        subprocess.run([*pip, *locked], cwd=ROOT, check=True)
        stamp.write_text(lock, encoding="utf-8")
    return str(made)


def lacks() -> Iterator[str]:
    """Yield what this machine cannot pretend or show."""
    if not shutil.which(LATER[0]):
        yield f"another day: there is no {LATER[0]}; the files are old all the same"
    try:
        installed = locale.setlocale(locale.LC_ALL, OTHER["LC_ALL"])
        locale.setlocale(locale.LC_ALL, "C" if installed else "")
    except locale.Error:
        yield f"the locale {OTHER['LC_ALL']}, which is not installed: it is C"
    if not shutil.which("diffoscope"):
        yield "diffoscope: differences are shown line by line"


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
