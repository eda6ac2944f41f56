"""Directives and sectors for tests, written straight into the tables."""

import datetime as dt
import itertools
import uuid

from lantoa.directives.enums import DirectiveClass, DirectiveKind, StudyMode
from lantoa.directives.indexing import index_directive
from lantoa.directives.models import Directive
from lantoa.organizations.models import Sector, Unit

_numbers = itertools.count(1)


def make_sector(name: str = "Giáo dục") -> Sector:
    """A sector of its own."""
    return Sector.objects.create(code=f"sector-{next(_numbers)}", name=name)


def make_directive(
    unit: Unit,
    *,
    number: str = "",
    title: str = "Về đột phá phát triển khoa học, công nghệ",
    body: str = "Bộ Chính trị",
    abstract: str = "",
    kind: DirectiveKind = DirectiveKind.RESOLUTION,
    directive_class: DirectiveClass = DirectiveClass.GENERAL,
    sector: Sector | None = None,
    issued_on: dt.date = dt.date(2025, 3, 1),
    received_on: dt.date | None = None,
) -> Directive:
    """A directive registered by `unit`."""
    directive = Directive(
        client_id=uuid.uuid4(),
        registered_by=unit,
        kind=kind,
        number=number or f"{next(_numbers)}-NQ/TW",
        body=body,
        issued_on=issued_on,
        received_on=received_on,
        directive_class=directive_class,
        study_mode=StudyMode.STUDY,
        title=title,
        abstract=abstract,
    )
    directive.set_texts()
    directive.save()
    directive.sectors.set([sector] if sector else [])
    index_directive(directive, [])
    return directive
