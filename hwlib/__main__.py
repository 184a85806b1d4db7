"""`python -m hwlib COMMAND …`: hands over to the module of that name in `hwlib.commands`."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

COMMANDS = {
    "build": "build the site into site/, whole or not at all",
    "serve": "preview the site while you write",
    "check": "check every formula of Markdown files",
    "cite": "write CITATION.cff anew, after a new version",
    "tag": "give permanent tags to what is new, versions to what changed",
    "doctor": "say what a build finds on this machine, what is wrong and what mends it",
    "verify": "compare a copy of the site, a folder or on the web, with a build or its own list",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 fine, 1 something failed, 2 wrong usage."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="python -m hwlib")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        if words[:1] == [name]:
            importlib.import_module(f"hwlib.commands.{name}").add_arguments(command)
    found = parser.parse_args(words)
    if not found.command:
        parser.print_help(sys.stderr)
        return 2
    status = importlib.import_module(f"hwlib.commands.{found.command}").run(found)
    return int(status)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:  # whoever reads, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
