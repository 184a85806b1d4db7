"""Formatting, lint, types, shell syntax: run all of them, then tell which found something."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ["hwlib", "tests", "scripts"]


def shell_scripts() -> list[str]:
    """Every script that a shell runs: those of scripts/ without a suffix, and .ci/run."""
    named = [path for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix]
    return [str(path.relative_to(ROOT)) for path in sorted(named)]


def commands(fix: bool) -> dict[str, list[str]]:
    """Each check by its name; with `fix` the first two write what they would only report."""
    python = [sys.executable, "-m"]
    return {
        "format": [*python, "ruff", "format", *([] if fix else ["--check"]), *FOLDERS],
        "lint": [*python, "ruff", "check", *(["--fix"] if fix else []), *FOLDERS],
        "types": [*python, "mypy"],
        **{f"syntax of {path}": ["sh", "-n", path] for path in shell_scripts()},
        "syntax of .ci/run": ["bash", "-n", ".ci/run"],
    }


def main(arguments: list[str]) -> int:
    """Run the command line; exit code 0 when every check passes, 1 when one does not, 2 usage."""
    if arguments not in ([], ["--fix"]):
        print("usage: check [--fix]", file=sys.stderr)
        return 2
    failed = []
    for name, command in commands(bool(arguments)).items():
        print(f"== {name}", flush=True)
        if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
            failed.append(name)
    print("check: " + ("found something in " + ", ".join(failed) if failed else "all passed"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
