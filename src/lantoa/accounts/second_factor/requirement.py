"""Who must have a second factor. The accounts know no roles: upper apps register what they know of it."""

from collections.abc import Callable
from functools import reduce
from operator import or_

from allauth.mfa.models import Authenticator
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, Value
from django.db.models.expressions import Combinable

from lantoa.accounts.second_factor.factors import FACTORS

Policy = Callable[[OuterRef], Exists | None]
"""Whether the user whose number stands in that column must have a second factor; None where nobody must."""
POLICIES: list[Policy] = []


def register(policy: Policy) -> None:
    """Let an upper app say who must have one; call it in `AppConfig.ready`."""
    POLICIES.append(policy)


def is_due(user_column: str) -> Combinable:
    """Whether the user of that column must have a second factor and has none, as a column of the same query."""
    asked = [Q(found) for policy in POLICIES if (found := policy(OuterRef(user_column))) is not None]
    if not asked:
        return Value(value=False, output_field=BooleanField())
    own = Authenticator.objects.filter(user_id=OuterRef(user_column), type__in=FACTORS)
    return ExpressionWrapper(reduce(or_, asked) & ~Q(Exists(own)), output_field=BooleanField())
