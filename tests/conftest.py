"""The site, built once for all tests that look at it."""

import pytest
from hypothesis import settings
from tinysite import build_site

# A slow example is no fault: machines are busy, and no test here is about time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the site, as MkDocs builds it."""
    return build_site(tmp_path_factory.mktemp("built") / "site", "mkdocs")
