"""The site, built once for all tests that look at it."""

import pytest
from tinysite import build_site


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the site, as MkDocs builds it."""
    return build_site(tmp_path_factory.mktemp("built") / "site", "mkdocs")
