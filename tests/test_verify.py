"""Checking a copy: a folder, and a real web server, with files tampered, missing and added."""

import functools
import http.server
import shutil
import socket
import threading

import pytest

from hwlib import publish
from hwlib.__main__ import main
from hwlib.publish import History

PAGE = '<html><body><span class="hw-built"></span><a href="{}">x</a></body></html>'


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder without a word."""

    def log_message(self, *words):
        pass


@pytest.fixture
def built(tmp_path):
    """A build, and a copy of it."""
    docs, site = tmp_path / "docs", tmp_path / "site"
    (site / "a b").mkdir(parents=True)
    docs.mkdir()
    (site / "index.html").write_text(PAGE.format("a%20b/"))
    (site / "404.html").write_text(PAGE.format("/"))
    (site / "a b" / "index.html").write_text(PAGE.format(".."))
    (site / "a b" / "ü.csv").write_text("1,2\n")
    publish.write_manifest(site, docs, History("c" * 40, False, 0, {}, ""))
    copy = tmp_path / "copy"
    shutil.copytree(site, copy)
    return site, copy


@pytest.fixture
def address(built):
    """The copy's address on a real web server."""
    handler = functools.partial(Quiet, directory=str(built[1]))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(params=["folder", "web"])
def copy(request, built):
    """The copy as a folder, and as an address."""
    return str(built[1]) if request.param == "folder" else request.getfixturevalue("address")


@pytest.fixture
def verify(capsys):
    def run(*words):
        status = main(["verify", *map(str, words)])
        return status, *capsys.readouterr()

    return run


def test_a_good_copy(verify, built, copy):
    status, out, err = verify(copy, "--against", built[0])
    assert (status, err) == (0, "")
    assert "5 files, digest " in out
    status, out, err = verify(copy)
    assert (status, err) == (0, "")
    assert "is as its own SHA256SUMS says: 4 files, digest " in out


@pytest.mark.parametrize("against", [True, False])
def test_a_tampered_and_a_missing_file_are_named(verify, built, copy, against):
    site, folder = built
    (folder / "a b" / "ü.csv").write_text("1,3\n")
    (folder / "a b" / "index.html").unlink()
    status, out, err = verify(copy, *(["--against", site] if against else []))
    assert status == 1
    assert out == "differs  a b/ü.csv\nmissing  a b/index.html\n"
    assert err.endswith("says: 1 differ, 1 missing, 0 added.\n")


def test_an_added_file_that_a_changed_page_links_to(verify, built, copy):
    site, folder = built
    with (folder / "index.html").open("a") as page:
        page.write('<a href="new/?x#y">new</a><a href="https://elsewhere.example/">no</a>')
    (folder / "new").mkdir()
    (folder / "new" / "index.html").write_text("new")
    status, out, _ = verify(copy, "--against", site)
    assert (status, out) == (1, "differs  index.html\nadded    new/index.html\n")


def test_an_added_file_that_the_copys_list_names(verify, built, copy):
    site, folder = built
    (folder / "new.html").write_text("new")
    shutil.rmtree(folder.parent / "docs")
    publish.write_manifest(folder, folder.parent / "docs", History("c" * 40, False, 0, {}, ""))
    assert verify(copy)[0] == 0  # the deceit that a list of its own cannot show
    status, out, _ = verify(copy, "--against", site)
    assert status == 1
    assert "added    new.html\n" in out
    assert "differs  SHA256SUMS\n" in out


def test_an_added_file_in_a_folder(verify, built):
    (built[1] / "new.txt").touch()
    assert verify(built[1])[:2] == (1, "added    new.txt\n")


def test_pages_that_show_another_sites_digest(verify, built, copy):
    folder = built[1]
    sums = []
    for name in sorted(["404.html", "index.html", "a b/index.html", "a b/ü.csv"]):
        data = publish.manifest._FIELD.sub(b"f" * 64, (folder / name).read_bytes())
        (folder / name).write_bytes(data)
        sums.append(f"{publish.manifest.sum_of(data)}  {name}\n")
    (folder / "SHA256SUMS").write_text("".join(sums))
    status, out, err = verify(copy)
    assert status == 1
    assert f"but pages show {'f' * 64}" in out
    assert err.endswith("says: it shows a digest that is not its own.\n")


# ----------------------------------------------------------------------------- nothing can be said


def test_no_list(verify, built, copy):
    (built[1] / "SHA256SUMS").unlink()
    status, out, err = verify(copy)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "has no SHA256SUMS" in err
    status, out, _ = verify(copy, "--against", built[0])
    assert (status, out) == (1, "missing  SHA256SUMS\n")


def test_a_list_that_leads_out_of_the_folder(verify, built, copy):
    with (built[1] / "SHA256SUMS").open("a") as sums:
        sums.write(f"{'a' * 64}  ../../etc/passwd\n")
    status, _, err = verify(copy)
    assert status == 2
    assert "is outside of the site" in err


def test_a_server_that_is_not_there(verify):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        status, _, err = verify(f"http://127.0.0.1:{free.getsockname()[1]}/")
    assert (status, err.count("\n")) == (2, 1)
    assert "is the server up?" in err


@pytest.mark.parametrize("copy", ["/nowhere", "ftp://example.org/"])
def test_neither_a_folder_nor_an_address(verify, copy):
    assert verify(copy)[0] == 2


def test_a_build_that_is_none(verify, built, tmp_path):
    status, _, err = verify(built[1], "--against", tmp_path / "nothing")
    assert status == 2
    assert "is no built site" in err


def test_a_server_that_gives_the_not_found_page_with_its_status(verify, built):
    class Strict(Quiet):
        def send_response(self, code, message=None):
            super().send_response(404 if self.path == "/404.html" else code, message)

    handler = functools.partial(Strict, directory=str(built[1]))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        assert verify(f"http://127.0.0.1:{server.server_port}")[0] == 0
        server.shutdown()
        thread.join()


def test_a_server_in_trouble(verify, built):
    class Broken(Quiet):
        def do_GET(self):
            self.send_error(500)

    handler = functools.partial(Broken, directory=str(built[1]))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        status, _, err = verify(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()
    assert status == 2
    assert "500" in err
