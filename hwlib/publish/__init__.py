"""What happens to a built site before it is published: files made, whole proved, swapped in.

Everything here reads the engine's output and not the engine, so that one proof holds for all.
"""

from hwlib.publish.data import write_data_files
from hwlib.publish.dates import date_sitemap
from hwlib.publish.exchange import aside, swap
from hwlib.publish.fault import Fault
from hwlib.publish.history import History, history
from hwlib.publish.manifest import write_manifest
from hwlib.publish.proof import errors, prove
from hwlib.publish.report import write_report

__all__ = [
    "Fault", "History", "aside", "date_sitemap", "errors", "history", "prove", "swap",
    "write_data_files", "write_manifest", "write_report",
]  # fmt: skip
