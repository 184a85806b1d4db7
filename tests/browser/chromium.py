"""A Chromium or Chrome that starts: an installed one, else Playwright's own, else Debian's."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from hwlib.commands.doctor import find_browser

FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",  # a browser on its own looks for updates
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
HELP = (
    "The tests of the built site need Chromium or Chrome; none was found and none could be "
    "installed. Install one (Debian: sudo apt-get install chromium; elsewhere: "
    ".venv/bin/python -m playwright install --with-deps chromium) and run this again."
)


class NoBrowserError(Exception):
    """There is no browser, and none could be had; the message says what to do."""


def launch(playwright, say=print):
    """Start the first browser that can be had.

    Args:
        playwright: A started Playwright.
        say: Told before something is fetched.

    Raises:
        NoBrowserError: If there is none.
    """
    for find in (installed, playwrights, debians):
        path = find(playwright, say)
        browser = path and start(playwright, path)
        if browser:
            return browser
    raise NoBrowserError(HELP)


def start(playwright, path):
    """Return the browser at a path, or None if it does not start."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []  # its sandbox refuses to run as root
    try:
        return playwright.chromium.launch(executable_path=path, args=[*FLAGS, *root])
    except Exception as error:
        print(f"{path} does not start: {str(error).splitlines()[0]}", file=sys.stderr)
        return None


def installed(playwright=None, say=print):
    """Return the path of a browser of this machine, or None."""
    return find_browser()


def playwrights(playwright, say=print):
    """Return the path of Playwright's own browser, fetched if need be, or None."""
    path = playwright.chromium.executable_path
    if not Path(path).exists():
        say("No Chromium or Chrome here: fetching Playwright's (about 170 MB).")
        run([sys.executable, "-m", "playwright", "install", "chromium"])
    return path if Path(path).exists() else None


def debians(playwright=None, say=print):
    """Return the path of Debian's browser, installed if that is possible, or None."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    say("Installing Debian's Chromium.")
    run(["apt-get", "update", "-qq"])
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"])
    return installed()


def run(command):
    """Run a command quietly; whether it did its work is seen by looking for the browser."""
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
