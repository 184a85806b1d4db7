"""How the site, a page or an item of it is cited: one record, written in every format.

    project     what a citation says of the project: name, author, address, version, date
    work        one thing to cite, as a `Work`: the site, a page, an equation, …
    formats     a `Work` as BibTeX, BibLaTeX, RIS, CSL-JSON, reference, LaTeX, Markdown
    metadata    a `Work` as what the head of its page says to machines
    fragment    a `Work` as what a page shows to people
    picture     the picture of a shared link, from a figure of its page
    cff         the project as CITATION.cff

The files of formats are written by the libraries that others read them with; the two styles of
references in `styles/` are those of the Citation Style Language project (CC BY-SA 3.0, as each file
says), and citeproc applies them.
"""

from hwlib.cite.project import Project, project_at
from hwlib.cite.work import Work, work_of_item, work_of_site

__all__ = ["Project", "Work", "project_at", "work_of_item", "work_of_site"]
