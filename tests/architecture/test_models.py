"""Models follow the layers of the apps, and narrow themselves to whoever asks."""

import inspect
import tomllib
from pathlib import Path

from django.apps import apps
from django.db.models import Model

ROOT = Path(__file__).resolve().parents[2]
# Rows that only the software itself reads, or that are fetched through a parent which is narrowed.
WITHOUT_SCOPE = {
    "accounts.AccessRules": "one row for the whole installation",
    "accounts.Invitation": "found by its secret, and through the account for whoever keeps it",
    "accounts.Session": "everybody's own, and an account's for whoever keeps the account",
    "accounts.User": "found by allauth at sign-in and through a person, never listed",
    "accounts.SignInLimit": "counts of what nobody looks at, by keyed hashes",
    "attendance.Device": "written with the marks that it sent, never listed",
    "attendance.DirtyMark": "the folder's own list of work",
    "attendance.RollClosing": "reached through its site",
    "audit.Entry": "the log knows no units: dashboard.audit_log.selectors narrows it by their paths",
    "audit.RowChange": "shown on no page",
    "directives.DirectiveVersion": "reached through the directive",
    "files.StoredFile": "who may fetch a file is said by what it is attached to: files.access",
    "notifications.Mail": "written for the mail server, never listed",
    "materials.Fetch": "counts of units, asked for by the units that the reader sees",
    "materials.LinkUse": "counts, reached through the link",
    "materials.ShareLink": "found by its secret, and through the material by whoever writes it",
    "organizations.DraftPlacement": "reached through the prepared event",
    "organizations.DraftSuccessor": "reached through the prepared event",
    "organizations.Sector": "a shared vocabulary",
    "organizations.ImportRow": "reached through the import",
    "organizations.RememberedLayout": "asked for by the unit of an import, never listed",
    "organizations.UnitEvent": "reached through the unit",
    "organizations.UnitLink": "reached through the unit's event",
    "organizations.UnitHandover": "what the clock still has to hand over",
    "organizations.UnitReform": "what the command that applied it printed; its events are reached through the unit",
    "privacy.RetentionRun": "counts without names, shown to administrators",
    "portal.Answer": "reached through the question",
    "portal.ArticleAuthor": "reached through the article",
    "portal.ArticlePage": "published for everybody; for drafts Wagtail asks groups that follow appointments",
    "portal.Banner": "a part of the first page, shown to everybody",
    "portal.ChosenArticle": "reached through the special page",
    "portal.EnglishPage": "as articles",
    "portal.Highlight": "a part of the first page, shown to everybody",
    "portal.Officer": "entered to be published, a part of the first page",
    "portal.SpecialPage": "as articles",
    "portal.ArticleTag": "reached through the article",
    "portal.Attachment": "found by its key; Wagtail asks the groups of its collection",
    "portal.EditionChange": "steps of one number for the whole installation",
    "portal.CommentClosing": "asked for by the portal or the article",
    "portal.Figure": "reached through its set",
    "portal.HomePage": "as articles",
    "portal.Picture": "shown to everybody; Wagtail asks the groups of its collection",
    "portal.PictureRendition": "shown to everybody",
    "portal.PollChoice": "reached through the poll",
    "portal.PollVote": "counts of marks that lead to nobody, reached through the poll",
    "portal.PublishedVersion": "was published for everybody",
    "portal.Rating": "counts of marks that lead to nobody, reached through the article",
    "portal.ReviewTask": "set up with the site, never listed",
    "portal.SectionPage": "as articles",
    "rollcall.Epoch": "one row for the whole installation",
    "rollcall.Provisioning": "found by its secret",
    "rollcall.Roster": "found by the phone that it was given to",
    "rollcall.Wall": "reached through its site",
    "search.SearchEntry": "asked with the keys that the queryset of a register gives its reader",
    "plans.AudienceException": "reached through the campaign",
    "plans.CampaignRule": "reached through the campaign",
    "plans.Opening": "reached through the campaign",
    "plans.PlanComment": "reached through the plan",
    "plans.ReminderRound": "found by the form that made it, never listed",
    "plans.Target": "reached through the plan",
    "plans.TargetReading": "reached through the plan",
    "plans.Task": "reached through the plan",
    "plans.TaskEvidence": "reached through the plan",
    "plans.Transition": "reached through the plan",
    "study_sessions.ProgrammeItem": "reached through the session",
    "visits.DailySum": "counts of what everybody may read",
    "visits.DaySalt": "made and forgotten by the counting itself",
    "visits.OpenCount": "counts of what everybody may read",
    "visits.OpeningBalance": "a figure that every page of a site shows",
    "visits.Presence": "marks that stand for nobody that we know, counted and never listed",
    "visits.TotalCount": "counts of what everybody may read",
    "visits.VisitBatch": "the folder's own list of work",
}


def our_models() -> list[type[Model]]:
    return [
        model for config in apps.get_app_configs() if config.name.startswith("lantoa.") for model in config.get_models()
    ]


def layers() -> dict[str, int]:
    """The height of each app, as the import contract gives it."""
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contract = next(found for found in configuration["tool"]["importlinter"]["contracts"] if found["id"] == "apps")
    return {
        name.strip(" ()"): height
        for height, layer in enumerate(reversed(contract["layers"]))
        for name in layer.split("|")
    }


def test_foreign_keys_run_down_the_layers() -> None:
    height = layers()
    upward = [
        f"{model._meta.label}.{field.name} points up to {field.related_model._meta.app_label}"
        for model in our_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model is not None
        # What other packages bring lies under all of ours.
        if model._meta.app_label != field.related_model._meta.app_label
        and height[model._meta.app_label] <= height.get(field.related_model._meta.app_label, -1)
    ]
    assert not upward, "\n".join(upward)


def test_every_model_narrows_itself_to_its_reader() -> None:
    wrong: list[str] = []
    for model in our_models():
        label = model._meta.label
        narrow = getattr(model._default_manager.all(), "visible_to", None)
        if label in WITHOUT_SCOPE:
            wrong += [f"{label} has visible_to now: take it off the list"] if narrow else []
        elif narrow is None or "actor" not in inspect.signature(narrow).parameters:
            wrong.append(f"{label} needs a queryset with visible_to(actor)")
    assert not wrong, "\n".join(wrong)


def test_every_constraint_has_a_name_of_its_own() -> None:
    names = {model._meta.label: [found.name for found in model._meta.constraints] for model in our_models()}
    wrong = [f"{label}: {name}" for label, given in names.items() for name in given if not name or len(name) > 63]
    assert not wrong, "\n".join(wrong)


def test_the_list_of_models_without_scope_names_models_only() -> None:
    assert set(WITHOUT_SCOPE) <= {model._meta.label for model in our_models()}
