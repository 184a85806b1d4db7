"""Write requirements/*.txt and package-lock.json anew: versions and hashes, no addresses.

Versions that still fit stay as they are; `--upgrade` takes the newest that fit.
"""

import argparse
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Each lock is held to the one before it, so that a build and a test run use the same versions.
HELD = ("-c", "requirements/build.txt")
WITHOUT = ("--override", "requirements/test-without.txt")
LOCKS = {
    "lock": (), "node": (), "build": (), "test": HELD + WITHOUT, "engines": HELD,
    "jupyter-book": HELD, "sphinx-gallery": HELD,
}  # fmt: skip


def main() -> int:
    """Run the command line; exit code 0, or that of the program that failed."""
    parser = argparse.ArgumentParser(prog="lock", description=__doc__.splitlines()[0])
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    upgrade = ["--upgrade"] if parser.parse_args().upgrade else []
    try:
        with tempfile.TemporaryDirectory() as folder:
            lock_python(Path(folder), upgrade)
        lock_node(upgrade)
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


def lock_python(folder: Path, upgrade: list[str]) -> None:
    """Compile each requirements/NAME.in for every platform and Python from 3.11 on."""
    print("Installing uv, as locked, into a throw-away environment.", flush=True)
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "-r", "requirements/lock.txt"])
    uv = [python, "-m", "uv", "pip", "compile", "--quiet", "--no-header", "--universal"]
    for name, options in LOCKS.items():
        print(f"requirements/{name}.txt", flush=True)
        files = [f"requirements/{name}.in", "--output-file", f"requirements/{name}.txt"]
        run([*uv, "--python-version", "3.11", "--generate-hashes", *options, *upgrade, *files])


def lock_node(upgrade: list[str]) -> None:
    """Write package-lock.json; package.json pins each package exactly, so only the rest moves."""
    print("package-lock.json", flush=True)
    options = ["--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"]
    verb = "update" if upgrade else "install"
    run(["npm", verb, *options, "--omit-lockfile-registry-resolved"])


def run(command: list[str]) -> None:
    """Run a command in the project's folder; its output is the reader's."""
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    sys.exit(main())
