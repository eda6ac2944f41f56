"""What the owner of an account does about it."""

from lantoa.accounts.models import Session, User
from lantoa.accounts.querysets import SessionQuerySet
from lantoa.audit import services as audit
from lantoa.audit.usecases import SupportsUser, use_case


@use_case
def end_session(*, actor: SupportsUser, handle: str) -> bool:
    """Sign out one browser of the actor's own account, named by the handle of its session.

    Returns whether there was one; a session that has ended meanwhile, or is another account's, is none.
    """
    ended = [session.pk for session in _own_sessions(actor) if session.handle == handle]
    return bool(_end(actor, ended))


@use_case
def end_other_sessions(*, actor: SupportsUser, kept: str) -> int:
    """Sign out every browser of the actor's own account but the one whose session key is `kept`.

    Returns how many were signed out.
    """
    others = _own_sessions(actor).exclude(pk=kept)
    return _end(actor, list(others.values_list("pk", flat=True)))


def _own_sessions(actor: SupportsUser) -> SessionQuerySet:
    """Those of the actor's account; the system, which has none, has no session either."""
    return Session.objects.none() if actor.user_id is None else Session.objects.filter(user_id=actor.user_id)


def _end(actor: SupportsUser, keys: list[str]) -> int:
    count, _ = Session.objects.filter(pk__in=keys).delete()
    if count:
        user = User.objects.get(pk=actor.user_id or 0)
        audit.record(actor=actor, action="accounts.end_sessions", about=user, unit=None, facts={"count": count})
    return count
