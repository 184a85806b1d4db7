"""A second referee in a process of its own, for the other processor: `python -m` this module."""

from hwlib.mathcheck.judges import hear
from hwlib.mathcheck.service import serve

if __name__ == "__main__":
    serve(hear)
