"""The maths and the references of a page, as HTML."""

from hwlib.markup.page import Rendering

__all__ = ["Rendering"]
