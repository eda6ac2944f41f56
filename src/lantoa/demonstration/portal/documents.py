"""The public register of the demonstration: documents that exist, each with a summary of our own as its file."""

import datetime as dt
import tomllib
from importlib.resources import files
from typing import Any

from django.core.files.base import ContentFile

from lantoa.demonstration.organisation import District, stable_id
from lantoa.demonstration.planning import at
from lantoa.demonstration.portal.opening import opened_on
from lantoa.demonstration.portal.papers import summary_paper
from lantoa.directives.enums import DirectiveClass, DirectiveKind, RelationKind, StudyMode
from lantoa.directives.facts import Facts
from lantoa.directives.models import Directive
from lantoa.directives.services import register_directive, relate_directives
from lantoa.kernel import clock
from lantoa.organizations.actors import Actor
from lantoa.portal.documents.services import publish_document
from lantoa.portal.models import PortalSite

ARRIVES = dt.timedelta(days=5)
"""So long a document is on its way."""


def publish_documents(district: District, portal: PortalSite, *, officer: Actor, approver: Actor) -> None:
    """Register what the portal shows beside the documents to be studied, and publish all of it, the oldest first."""
    entries = _entries()
    for entry in entries:
        _register(district, officer, entry)
    for entry in entries:
        for kind in (RelationKind.REPLACES, RelationKind.GUIDES):
            if other := entry.get(kind.value):
                directive = Directive.objects.get(number=entry["number"])
                relate_directives(actor=officer, directive=directive, kind=kind, number=other)
    for directive in Directive.objects.visible_to(approver).order_by("issued_on", "pk"):
        with clock.supposing(_arrival(directive.issued_on)):
            publish_document(actor=approver, portal=portal, directive=directive)


def _entries() -> list[dict[str, Any]]:
    text = files("lantoa.demonstration.portal").joinpath("documents.toml").read_text("utf-8")
    entries: list[dict[str, Any]] = tomllib.loads(text)["document"]
    known = [entry for entry in entries if entry["issued_on"] + ARRIVES <= clock.today()]
    return sorted(known, key=lambda entry: (entry["issued_on"], entry["number"]))


def _arrival(issued_on: dt.date) -> dt.datetime:
    """When it was published: with all others when the portal was opened, or once it had come."""
    return min(at(max(issued_on + ARRIVES, opened_on()), 8), clock.now())


def _register(district: District, officer: Actor, entry: dict[str, Any]) -> Directive:
    kind = DirectiveKind(entry["kind"])
    sector = entry.get("sector", "")
    facts = Facts(
        kind=kind,
        number=entry["number"],
        body=entry["body"],
        signer=entry.get("signer", ""),
        issued_on=entry["issued_on"],
        effective_from=entry.get("effective_from"),
        effective_until=entry.get("effective_until"),
        directive_class=DirectiveClass(entry.get("class", "general")),
        sectors=(district.sectors[sector],) if sector else (),
        study_mode=StudyMode(entry.get("mode", "study")),
        title=entry["title"],
        abstract=entry["summary"].strip(),
    )
    paper = summary_paper(
        kind=str(kind.label).capitalize(),
        number=facts.number,
        body=facts.body,
        title=facts.title,
        summary=facts.abstract,
    )
    name = f"tom-tat-{facts.number.lower().replace('/', '-').replace('đ', 'd')}.pdf"
    with clock.supposing(_arrival(facts.issued_on)):
        return register_directive(
            actor=officer,
            client_id=stable_id(f"directive {facts.number}"),
            registered_by=district.committee,
            facts=facts,
            uploads=[ContentFile(paper, name=name)],
            no_secrecy_declared=True,
        )
