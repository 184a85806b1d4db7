"""The maths and the references of a page, as HTML."""

from hwlib.markup.page import Rendering
from hwlib.markup.veil import veiled

__all__ = ["Rendering", "veiled"]
