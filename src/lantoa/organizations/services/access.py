"""What holds for every sign-in of the installation."""

from lantoa.accounts.models import IDLE_LEAST, IDLE_MOST, AccessRules
from lantoa.audit import services as audit
from lantoa.audit.usecases import use_case
from lantoa.organizations import errors, policies
from lantoa.organizations.actors import Actor


@use_case
def set_access_rules(*, actor: Actor, idle_minutes: int) -> AccessRules:
    """Let sessions rest for `idle_minutes` before the countdown; it holds from the next request of everybody on.

    Returns the rules. Raises NotPermitted (an administrator of a whole tree) and IdleMinutesOutOfRange.
    """
    if not policies.can_set_access_rules(actor=actor):
        raise errors.NotPermitted
    if not IDLE_LEAST <= idle_minutes <= IDLE_MOST:
        raise errors.IdleMinutesOutOfRange(field="idle_minutes", least=IDLE_LEAST, most=IDLE_MOST)
    rules, _ = AccessRules.objects.update_or_create(pk=1, defaults={"idle_minutes": idle_minutes})
    audit.record(
        actor=actor,
        action="organizations.set_access_rules",
        about=rules,
        unit=None,
        facts={"idle_minutes": idle_minutes},
    )
    return rules
