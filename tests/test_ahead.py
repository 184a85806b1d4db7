"""Results made ahead: those that would be made later, on other processes, and only if worth it."""

import os

import pytest

from hwlib import ahead, blocks, cache
from hwlib.ahead import Kind, Wanted, make_ahead


def square_and_process(number):
    return [number**2, os.getpid()]


def kind(count, fewest):
    wanted = [Wanted("squares", (str(n),), square_and_process, (n,)) for n in range(count)]
    return Kind(wanted, fewest)


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.FOLDER, str(tmp_path))


def test_what_was_made_ahead_is_found_and_was_made_elsewhere():
    squares = kind(9, fewest=9)
    make_ahead([squares])
    results = [one.get() for one in squares.wanted]
    assert [square for square, _ in results] == [0, 1, 4, 9, 16, 25, 36, 49, 64]
    assert os.getpid() not in {process for _, process in results}


def test_few_are_left_to_be_made_one_by_one():
    squares = kind(9, fewest=10)
    make_ahead([squares, Kind([], 1)])
    assert {one.get()[1] for one in squares.wanted} == {os.getpid()}


def test_a_kind_whose_first_is_kept_starts_nothing(monkeypatch):
    squares = kind(9, fewest=1)
    squares.wanted[0].get()
    monkeypatch.setattr(ahead, "executor", pytest.fail)
    make_ahead([squares])


def test_an_edit_meanwhile_which_makes_python_forget_modules_does_no_harm():
    blocks._forget_all()
    squares = kind(9, fewest=9)
    make_ahead([squares])
    assert os.getpid() not in {one.get()[1] for one in squares.wanted}
