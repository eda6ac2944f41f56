"""Which roles each verb of "Who may do what" belongs to, as sets that policies and querysets of every app share."""

from lantoa.organizations.enums import Role

SEES_COUNTS_BELOW = frozenset({Role.OFFICER, Role.APPROVER, Role.SECRETARY, Role.FOLLOWER, Role.INSPECTOR, Role.VIEWER})
SEES_COUNTS_OWN = frozenset({Role.CLERK})
SEES_NAMES_CELL_AND_CHILDREN = frozenset({Role.OFFICER, Role.APPROVER, Role.SECRETARY})
SEES_NAMES_OWN = frozenset({Role.CLERK})
REGISTERS_DIRECTIVES = frozenset({Role.OFFICER})
WRITES_MATERIALS = frozenset({Role.OFFICER, Role.SECRETARY})
REVIEWS_MATERIALS = frozenset({Role.APPROVER})
DRAFTS_PLANS = frozenset({Role.OFFICER, Role.SECRETARY, Role.CLERK})
SUBMITS_PLANS = frozenset({Role.OFFICER, Role.SECRETARY})
APPROVES_PLANS = frozenset({Role.APPROVER})
ISSUES_PLANS = frozenset({Role.OFFICER, Role.SECRETARY})
SUMMONS = frozenset({Role.OFFICER, Role.SECRETARY})
TAKES_ROLL = frozenset({Role.OFFICER, Role.SECRETARY, Role.CLERK})
KEEPS_SPEAKERS = frozenset({Role.OFFICER})
KEEPS_REFLECTIONS = frozenset({Role.SECRETARY, Role.CLERK})
ASSESSES_REFLECTIONS = frozenset({Role.SECRETARY})
SETTLES_BELOW = frozenset({Role.OFFICER})
SETTLES_OWN = frozenset({Role.SECRETARY})
EDITS_PERSONS_BELOW = frozenset({Role.OFFICER})
EDITS_PERSONS_OWN = frozenset({Role.SECRETARY, Role.CLERK})
WRITES_PORTAL = frozenset({Role.EDITOR})
APPROVES_PORTAL = frozenset({Role.APPROVER})
OFFERS_FIGURES = frozenset({Role.OFFICER})
ADMINISTERS = frozenset({Role.ADMINISTRATOR})
SEES_ACCESS_OWN = frozenset({Role.OFFICER, Role.SECRETARY})
EXPORTS_NAMES = frozenset({Role.OFFICER, Role.SECRETARY})
READS_AUDIT_BELOW = frozenset({Role.ADMINISTRATOR, Role.INSPECTOR})
READS_OWN_ACTS = frozenset({Role.OFFICER})
NEEDS_SECOND_FACTOR = {
    "nobody": frozenset[Role](),
    "administrators": ADMINISTERS,
    "administrators-approvers": ADMINISTERS | APPROVES_PLANS,
}
"""By the setting LANTOA_SECOND_FACTOR."""
