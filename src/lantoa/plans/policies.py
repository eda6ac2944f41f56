"""Who may do what with campaigns, summons and plans (the table "Who may do what")."""

from lantoa.organizations import authority
from lantoa.organizations.actors import SYSTEM, Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Unit
from lantoa.plans.enums import PlanStep
from lantoa.plans.models import Campaign, Plan
from lantoa.plans.states import STEPS, Submitter

# Campaigns


def can_lead_campaign(*, actor: Actor, unit: Unit) -> bool:
    """Prepare, start and finish a campaign of one's own unit."""
    return actor.holds(authority.REGISTERS_DIRECTIVES, unit)


def can_move_deadline(*, actor: Actor, campaign: Campaign) -> bool:
    """Move a deadline of a campaign: whoever leads it."""
    return can_lead_campaign(actor=actor, unit=campaign.owner)


def can_remind(*, actor: Actor, unit: Unit) -> bool:
    """Remind a unit of what it owes: the officers above it, and whoever follows it."""
    return actor.holds_above({Role.FOLLOWER}, unit) or (
        actor.holds_above({Role.OFFICER}, unit) and not actor.holds({Role.OFFICER}, unit)
    )


def can_name_in_charge(*, actor: Actor, campaign: Campaign, unit: Unit) -> bool:
    """Name who is responsible for a unit in a campaign and who follows it: the officers of whoever leads it, for all;
    and an officer of a unit, for those below it."""
    below = actor.holds_above({Role.OFFICER}, unit) and not actor.holds({Role.OFFICER}, unit)
    return below or can_lead_campaign(actor=actor, unit=campaign.owner)


# Summons


def can_summon(*, actor: Actor, unit: Unit) -> bool:
    """Convene the people of one's own unit, and take somebody off a list of one's own unit."""
    return actor.holds(authority.SUMMONS, unit)


# Plans


def can_draft_plan(*, actor: Actor, unit: Unit) -> bool:
    """Write the contents of one's own unit's plan, and the results of what it promised."""
    return actor.holds(authority.DRAFTS_PLANS, unit)


def can_set_numbers(*, actor: Actor, unit: Unit) -> bool:
    """Say how one's own unit numbers its documents: whoever issues them."""
    return actor.holds(authority.ISSUES_PLANS, unit)


def can_take_step(*, actor: Actor, unit: Unit, step: PlanStep) -> bool:
    """Take a step with one's own unit's plan. What is nobody's belongs to the clock, which acts as the system."""
    roles = STEPS[step].roles
    return actor.holds(roles, unit) if roles else actor is SYSTEM


def is_submitter(*, actor: Actor, plan: Plan) -> bool:
    """Whether the actor submitted this plan, by this account or as this person."""
    same_user = plan.submitted_by_id is not None and plan.submitted_by_id == actor.user_id
    same_person = plan.submitted_by_person_id is not None and plan.submitted_by_person_id == actor.person_id
    return same_user or same_person


def fits_submitter(*, actor: Actor, plan: Plan, step: PlanStep) -> bool:
    """Whether the step may be taken by the actor, seen from who submitted: only they recall, and they never approve."""
    wanted = STEPS[step].submitter
    return wanted is Submitter.ANYBODY or (wanted is Submitter.ONLY) == is_submitter(actor=actor, plan=plan)
