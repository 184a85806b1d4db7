"""The built site on a local server, and a real browser that looks at it."""

import http.server
import threading
from pathlib import Path
from urllib.parse import urlsplit

import chromium
import pytest
from playwright.sync_api import sync_playwright

from hwlib.publish.built import built_pages

DOCS = Path(__file__).parents[2] / "docs"
PHONE = {"width": 360, "height": 740}


def addresses():
    """The address of every page within the site, known from the sources before it is built."""
    sources = [path.relative_to(DOCS).with_suffix("") for path in sorted(DOCS.rglob("*.md"))]
    pages = [path.parent if path.name == "index" else path for path in sources]
    return ["" if path == Path() else f"{path.as_posix()}/" for path in pages]


def pytest_generate_tests(metafunc):
    if "address" in metafunc.fixturenames:
        metafunc.parametrize("address", [*addresses(), "no/such/page/"])


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the site as a static host does: below its path, with its own page for a 404."""

    prefix = "/"

    def translate_path(self, path):
        inside = path.removeprefix(self.prefix)
        return super().translate_path(f"/{inside}" if path.startswith(self.prefix) else "/no")

    def send_error(self, code, message=None, explain=None):
        body = Path(self.directory, "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture(scope="session")
def base(site):
    """The address of the served site."""
    home = next(page for page in built_pages(site) if page.path == "index.html")
    prefix = urlsplit(home.canonical).path or "/"

    class Here(Handler):
        def __init__(self, *args):
            self.prefix = prefix
            super().__init__(*args, directory=str(site))

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Here) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{prefix}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser(site, pytestconfig):  # the site first: without it no browser is needed
    """A browser; what has to be fetched for it is said at once."""
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")

    def say(line):
        with capture.global_and_fixture_disabled():
            print(f"\n{line}", flush=True)

    with sync_playwright() as playwright:
        try:
            browser = chromium.launch(playwright, say)
        except chromium.NoBrowserError as error:
            pytest.fail(str(error), pytrace=False)
        yield browser
        browser.close()


class Visit:
    """A page that was opened, with all that it asked for and complained about."""

    def __init__(self, page, base):
        self.page, self.base = page, base
        self.requests, self.failed, self.complaints = [], [], []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("response", self._answered)
        page.on("requestfailed", self._did_not_come)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _answered(self, response):
        if response.status >= 400:
            self.failed.append(f"{response.status} {response.url}")

    def _did_not_come(self, request):
        if request.failure != "net::ERR_ABORTED":  # an icon on its way when the page was left
            self.failed.append(request.url)

    def _said(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    @property
    def foreign(self):
        """What was asked of another server."""
        own = (self.base, "data:", "blob:")
        return [url for url in self.requests if not url.startswith(own)]

    def open(self, address):
        """Go to a page of the site and wait until it is still."""
        self.page.goto(self.base + address, wait_until="load")
        self.page.evaluate("document.fonts.ready.then(() => true)")
        return self.page


@pytest.fixture
def visit(browser, base):
    """Open pages of the site, each in a context of its own: `visit(address, color_scheme=…)`."""
    contexts = []

    def go(address, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        visited = Visit(context.new_page(), base)
        visited.open(address)
        return visited

    yield go
    for context in contexts:
        context.close()


@pytest.fixture
def phone():
    return PHONE
