"""How directives stand to each other."""

from django.db.models import Case, IntegerField, Q, When

from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.directives import errors, policies
from lantoa.directives.enums import RelationKind
from lantoa.directives.models import Directive, DirectiveRelation
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import NotPermitted


@use_case
def relate_directives(
    *, actor: Actor, directive: Directive, kind: RelationKind | str, number: str
) -> DirectiveRelation:
    """Write down what a directive does to the one of that number, as far as the actor sees it in the register.

    Of several that bear the number the one registered by the same unit is meant, or else the latest. Returns the
    relation; the same once more gives what the first call wrote. Errors: NotPermitted, OtherNotFound, RelatedToItself,
    RelatedAlready where the two stand in another relation, in either direction.
    """
    if not policies.can_register_directive(actor=actor, unit=directive.registered_by):
        raise NotPermitted
    other = _numbered(actor, directive, number)
    if other is None:
        raise errors.OtherNotFound(field="number")
    if other == directive:
        raise errors.RelatedToItself(field="number")
    list(Directive.objects.select_for_update(no_key=True).filter(pk__in=[directive.pk, other.pk]).order_by("pk"))
    both = Q(directive=directive, other=other) | Q(directive=other, other=directive)
    known = DirectiveRelation.objects.filter(both).first()
    if known is not None and (known.directive_id, known.kind) == (directive.pk, kind):
        return known
    if known is not None:
        raise errors.RelatedAlready(field="number")
    relation = DirectiveRelation.objects.create(directive=directive, kind=kind, other=other)
    facts = {"kind": str(kind), "other": other.pk}
    audit.record(
        actor=actor, action="directives.relate_directives", about=directive, unit=directive.registered_by, facts=facts
    )
    return relation


@use_case
def unrelate_directives(*, actor: Actor, directive: Directive, other: Directive) -> None:
    """Take back that `directive` does anything to `other`, as the unit that registered either.

    A repeat finds nothing to do. Raises NotPermitted.
    """
    if not policies.can_unrelate_directives(actor=actor, directive=directive, other=other):
        raise NotPermitted
    gone, _ = DirectiveRelation.objects.filter(directive=directive, other=other).delete()
    if gone:
        facts = {"other": other.pk}
        audit.record(
            actor=actor,
            action="directives.unrelate_directives",
            about=directive,
            unit=directive.registered_by,
            facts=facts,
        )


def _numbered(actor: Actor, directive: Directive, number: str) -> Directive | None:
    near = Case(When(registered_by=directive.registered_by_id, then=0), default=1, output_field=IntegerField())
    rows = Directive.objects.visible_to(actor).numbered(number)
    return rows.order_by(near, "-issued_on", "-pk").first()
