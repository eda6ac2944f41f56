"""Structured data by the vocabulary of schema.org, as search engines read it from a page."""

import json
import re
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.safestring import mark_safe as trusted

from lantoa.directives.enums import DirectiveKind
from lantoa.directives.models import Directive
from lantoa.portal.models import ArticlePage, Attachment, PortalSite

Data = dict[str, Any]
_VOCABULARY = "https://schema.org"
_LONGEST_HEADLINE = 110
_STATE_KINDS = {DirectiveKind.LAW, DirectiveKind.ORDINANCE, DirectiveKind.DECREE, DirectiveKind.CIRCULAR}
_STATE_OR_PARTY = {DirectiveKind.RESOLUTION, DirectiveKind.DECISION, DirectiveKind.INSTRUCTION}
_STATE_NUMBER = re.compile(r"\d+/")
"""The state parts number and notation by a stroke (50/KH-UBND), the Party by a dash (50-KH/HU)."""
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def element_of(items: Sequence[Data]) -> SafeString:
    """The element that holds them: data, which no browser runs; nothing in it can end it."""
    if not items:
        return SafeString("")
    whole = {"@context": _VOCABULARY, "@graph": list(items)}
    written = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return trusted(f'<script type="application/ld+json">{written}</script>')  # noqa: S308 its signs are escaped


def way_of(steps: Sequence[tuple[str, str]]) -> Data:
    """The way to a page: names and whole addresses, from the first page down to itself (BreadcrumbList)."""
    places = [
        {"@type": "ListItem", "position": place, "name": name, "item": address}
        for place, (name, address) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": places}


def article_of(article: ArticlePage, portal: PortalSite, address: str, picture: str, section: str) -> Data:
    """An article (NewsArticle) of that portal, be it shown on another one. Where nobody is named the portal wrote
    it."""
    publisher = {"@type": "Organization", "name": portal.name, "url": f"{portal.site.root_url}/cong/"}
    authors = [{"@type": "Person", "name": name} for name in article.author_names]
    found = {
        "@type": "NewsArticle",
        "headline": _shortened(article.title),
        "description": article.search_description or article.lead,
        "image": [picture],
        "datePublished": _moment(article.first_published_at),
        "dateModified": _moment(article.corrected_at or article.first_published_at),
        "author": authors or [publisher],
        "publisher": publisher,
        "mainEntityOfPage": address,
        "url": address,
        "inLanguage": article.lang,
        "articleSection": section,
        "isAccessibleForFree": True,
    }
    return found | ({"audio": _sound(article, article.recording, portal)} if article.recording else {})


def document_of(directive: Directive, address: str, files: Sequence[tuple[str, str]], *, holds: bool) -> Data | None:
    """A document of the state (Legislation); None for one that is none. `files` are names and whole addresses, `holds`
    says whether it is in force."""
    if not is_of_the_state(directive):
        return None
    return {
        "@type": "Legislation",
        "name": f"{str(directive.get_kind_display()).capitalize()} {directive.number}",
        "description": directive.title,
        "url": address,
        "inLanguage": "vi",
        "legislationIdentifier": directive.number,
        "legislationType": str(directive.get_kind_display()).capitalize(),
        "legislationDate": directive.issued_on.isoformat(),
        "legislationPassedBy": {"@type": "Organization", "name": directive.body},
        "legislationJurisdiction": "VN",
        "legislationLegalForce": f"{_VOCABULARY}/{'InForce' if holds else 'NotInForce'}",
        "temporalCoverage": f"{directive.in_force_since.isoformat()}/{_end(directive)}",
        "encoding": [{"@type": "LegislationObject", "name": name, "contentUrl": place} for name, place in files],
    }


def is_of_the_state(directive: Directive) -> bool:
    """Whether a body of the state issued it: by its kind, and where both have the kind by how it is numbered."""
    kind = DirectiveKind(directive.kind)
    return kind in _STATE_KINDS or (kind in _STATE_OR_PARTY and _STATE_NUMBER.match(directive.number) is not None)


def _sound(article: ArticlePage, recording: Attachment, portal: PortalSite) -> Data:
    seconds = {"duration": f"PT{recording.seconds}S"} if recording.seconds else {}
    said = {"transcript": article.transcript} if article.transcript else {}
    return {
        "@type": "AudioObject",
        "name": article.title,
        "contentUrl": f"{portal.site.root_url}{recording.url}",
        "encodingFormat": recording.content_type,
        "inLanguage": article.spoken_code,
        **seconds,
        **said,
    }


def _end(directive: Directive) -> str:
    return directive.effective_until.isoformat() if directive.effective_until else ".."


def _moment(moment: Any) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""


def _shortened(title: str) -> str:
    """At most as long as search engines show a headline."""
    return title if len(title) <= _LONGEST_HEADLINE else f"{title[: _LONGEST_HEADLINE - 1].rstrip()}…"
