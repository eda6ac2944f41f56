"""What browsers and proxies may keep of an answer of the portal, said beside each view."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
MINUTE, HOUR, DAY = 60, 3_600, 86_400
NO_STORE = "no-store"
MAY_BE_EDITOR = "lantoa.may_be_editor"
"""Where `request.META` says that a request for everybody came with a session, whoever's it is and be it over."""
_RULE = "portal_rule"


@dataclass(frozen=True)
class Rule:
    """For how many seconds a copy may be used: without asking; while the server is asked behind it; and where the
    server does not answer. `is_kept`: the application keeps a copy of its own. `parameters` are those of the address
    that the answer depends on; any other is taken off before the view is asked."""

    fresh: int
    while_asking: int
    on_error: int
    is_kept: bool = False
    parameters: frozenset[str] = frozenset()

    @property
    def header(self) -> str:
        """The value of Cache-Control (RFC 9111, RFC 5861)."""
        return (
            f"public, max-age={self.fresh}, stale-while-revalidate={self.while_asking}, stale-if-error={self.on_error}"
        )


PAGE = Rule(10, MINUTE, 7 * DAY, is_kept=True)
"""What people read, and feeds: a change is seen within 70 seconds everywhere."""
SHEET = Rule(HOUR, DAY, 30 * DAY, is_kept=True)
"""Style sheets that are written for a site."""
PICTURE = Rule(HOUR, DAY, 30 * DAY)
"""A picture in one size: it never changes, but it may be withdrawn."""
FILE = Rule(MINUTE, MINUTE, 7 * DAY)
"""A file of an article, which may be withdrawn too."""


def for_everybody(rule: Rule, *parameters: str) -> Callable[[View], View]:
    """Say that a view answers a GET to everybody alike. It is asked without cookies, and with those parameters of the
    address alone that are named here. It may neither set a cookie nor hold a form with a token."""

    def mark(view: View) -> View:
        setattr(view, _RULE, replace(rule, parameters=frozenset(parameters)))
        return view

    return mark


def for_one_reader(view: View) -> View:
    """Say that nobody may keep an answer of this view: forms, fragments with a token, whatever knows its reader."""
    setattr(view, _RULE, None)
    return view


def is_said(view: object) -> bool:
    """Whether it was said what may be kept of a view's answers."""
    return hasattr(view, _RULE)


def rule_of(view: object) -> Rule | None:
    """The rule of a view; None where nobody may keep its answers, which holds for a view without one too."""
    rule: Rule | None = getattr(view, _RULE, None)
    return rule
