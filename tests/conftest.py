"""The site, built once for all tests that look at it."""

from pathlib import Path

import pytest
from hypothesis import settings
from tinysite import build_site

# A slow example is no fault: machines are busy, and no test here is about time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_configure(config):
    """Name a file that is not there: with several workers pytest says only that no test ran."""
    for word in config.args:
        if not Path(word.split("::")[0]).exists():
            raise pytest.UsageError(f"{word} does not exist; give a file or a folder of tests/")


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the site, as MkDocs builds it."""
    return build_site(tmp_path_factory.mktemp("built") / "site", "mkdocs")
