"""What the head of a page says of the page as a work, to search engines and reference managers.

    citation_*      Highwire Press tags: Google Scholar, Zotero, Mendeley
    DC.*            Dublin Core
    z:itemType      Zotero's own word for what it is; without it `citation_title` means an article
    og:*            Open Graph: the card that a shared link becomes
    JSON-LD         schema.org: a page that is a learning resource

Source:
    scholar.google.com/intl/en/scholar/inclusion.html, www.dublincore.org/documents/dcq-html,
    the translators "Embedded Metadata" and "RDF" of Zotero, ogp.me, schema.org/LearningResource.
"""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from typing import Any

from hwlib.cite.picture import HEIGHT, WIDTH
from hwlib.cite.work import Work

LICENCES = {"CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/"}


@dataclass(frozen=True)
class Picture:
    """The picture of a page, of the size of all of them.

    Attributes:
        url: Its full address.
        alt: What it shows, in words.
    """

    url: str
    alt: str


def head(work: Work, address: str, picture: Picture) -> str:
    """Return the elements for the head of a page.

    Args:
        work: The page; its `url` is the address to cite.
        address: The full address at which the page stands.
        picture: For the card of a shared link.
    """
    names = [("name", *pair) for pair in [*_highwire(work), *_dublin_core(work)]]
    names.append(("name", "z:itemType", "webpage"))
    properties = [("property", *pair) for pair in _open_graph(work, address, picture)]
    tags = [
        f'<meta {kind}="{name}" content="{html.escape(value)}">'
        for kind, name, value in [*names, *properties, ("name", "twitter:card", _CARD)]
        if value
    ]
    data = json.dumps(json_ld(work, address, picture), ensure_ascii=False).replace("</", "<\\/")
    tags.append(f'<script type="application/ld+json">{data}</script>')
    return "\n".join(tags) + "\n"


_CARD = "summary_large_image"


def _highwire(work: Work) -> list[tuple[str, str]]:
    return [
        ("citation_title", work.title),
        ("citation_author", work.project.sort_name),
        ("citation_publication_date", work.day.strftime("%Y/%m/%d")),
        ("citation_public_url", work.url),
        ("citation_language", "en"),
        ("citation_abstract", work.description),
    ]


def _dublin_core(work: Work) -> list[tuple[str, str]]:
    return [
        ("DC.title", work.title),
        ("DC.creator", work.project.sort_name),
        ("DC.date", work.day.isoformat()),
        ("DC.type", "webpage"),
        ("DC.format", "text/html"),
        ("DC.identifier", work.url),
        ("DC.language", "en-GB"),
        ("DC.description", work.description),
        ("DC.rights", LICENCES[work.project.licence]),
    ]


def _open_graph(work: Work, address: str, picture: Picture) -> list[tuple[str, str]]:
    return [
        ("og:type", "website" if address == work.project.url else "article"),
        ("og:title", work.title),
        ("og:description", _about(work)),
        ("og:url", address),
        ("og:site_name", work.project.name),
        ("og:locale", "en_GB"),
        ("og:image", picture.url),
        ("og:image:type", "image/png"),
        ("og:image:width", str(WIDTH)),
        ("og:image:height", str(HEIGHT)),
        ("og:image:alt", picture.alt),
    ]


def _about(work: Work) -> str:
    """Return a sentence on a work, which every card of a link needs: at least where it stands."""
    return work.description or f"In: {work.container}"


def json_ld(work: Work, address: str, picture: Picture) -> dict[str, Any]:
    """Return what schema.org calls a page that one learns from."""
    project = work.project
    author = {"@type": "Person", "name": project.author}
    author |= {"givenName": project.given, "familyName": project.family}
    return {
        "@context": "https://schema.org",
        "@type": ["WebPage", "LearningResource"],
        "@id": address,
        "url": address,
        "name": work.title,
        "description": _about(work),
        "author": author,
        "version": work.version,
        "dateModified": work.day.isoformat(),
        "inLanguage": "en-GB",
        "license": LICENCES[project.licence],
        "learningResourceType": "course notes",
        "isAccessibleForFree": True,
        "identifier": work.url,
        "isPartOf": {"@type": "WebSite", "name": project.name, "url": project.url},
        "about": {
            "@type": "Course",
            "name": project.course,
            "provider": {"@type": "CollegeOrUniversity", "name": project.institution},
        },
        "image": {
            "@type": "ImageObject",
            "url": picture.url,
            "width": WIDTH,
            "height": HEIGHT,
            "caption": picture.alt,
        },
    }
