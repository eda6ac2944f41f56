"""Sections and articles of the demonstration's portals: one wrote each, another edited it, a third approved."""

import datetime as dt
import tomllib
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Page, PageLogEntry, ReferenceIndex, Revision, TaskState, WorkflowState
from wagtail.signal_handlers import disable_reference_index_auto_update

from lantoa.accounts.models import User
from lantoa.demonstration.organisation import District
from lantoa.demonstration.planning import at
from lantoa.demonstration.portal.drawings import DRAWINGS, Drawing
from lantoa.demonstration.portal.melody import recording
from lantoa.demonstration.portal.opening import opened_on
from lantoa.demonstration.portal.papers import digest_paper, list_paper
from lantoa.demonstration.portal.writing import Shelf, blocks_of
from lantoa.files.content import KINDS, PICTURE_KINDS
from lantoa.files.services import checked_upload
from lantoa.kernel import clock
from lantoa.kernel.vietnamese import fold
from lantoa.organizations.actors import Actor
from lantoa.organizations.models import Person
from lantoa.portal.models import ArticleAuthor, ArticlePage, Attachment, Picture, PortalSite, SectionPage
from lantoa.portal.publishing import record

HOUSE = "Ban Biên tập"
_FILES: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "danh-sach": ("Mẫu danh sách điểm danh", ".pdf", list_paper),
    "tom-tat": ("Mẫu trang tóm tắt", ".pdf", digest_paper),
    "khen": ("Giai điệu mẫu theo lối khèn", ".mp3", recording),
}
"""What each is called, the ending of its name, and who makes it."""
_HOURS = (7, 9, 11, 14, 16, 19)


@dataclass(frozen=True, slots=True)
class Written:
    """An article as its file has it, the section that it stands in, and when it appeared."""

    section: str
    facts: dict[str, Any]
    moment: dt.datetime


@dataclass(frozen=True, slots=True)
class Desk:
    """How a portal is made: the folder of its articles, the sign-ins of its writers and of the approver, and which
    drawings and files they show. Whoever writes an article, the other of the two edits it."""

    folder: str
    first: str
    second: str
    approver: str
    drawings: Container[str]
    files: Container[str] = ()


@dataclass(frozen=True, slots=True)
class Office:
    """Who makes a portal: the users of its writers and the approver."""

    first: User
    second: User
    approver: User

    @classmethod
    def of(cls, desk: Desk) -> "Office":
        """Those who may sign in to the demonstration."""
        known = {name: User.objects.get(username=name) for name in (desk.first, desk.second, desk.approver)}
        return cls(known[desk.first], known[desk.second], known[desk.approver])

    def writes(self, username: str) -> tuple[User, User]:
        """Who wrote it, and who edits it."""
        is_second = username == self.second.username
        return (self.second, self.first) if is_second else (self.first, self.second)


def publish_articles(district: District, portal: PortalSite, desk: Desk) -> Shelf:
    """Publish every section and article, the oldest first: through the review since the portal was opened, and what is
    older as the former site had it. Returns what they show beside their words.
    """
    office, opened = Office.of(desk), opened_on()
    writers = Person.objects.filter(user__in=[office.first, office.second])
    names = dict(writers.values_list("user__username", "full_name"))
    parts = [tomllib.loads(file.read_text("utf-8")) for file in _parts(desk)]
    shelf = _shelf_of(portal, desk, office.first)
    written = sorted(_written(parts), key=lambda each: each.moment)
    with disable_reference_index_auto_update():
        sections = _open_sections(portal, parts, office, written[0].moment - dt.timedelta(days=1))
        for number, each in enumerate(written):
            district.progress("Trang thông tin", number, len(written))
            facts = each.facts
            article = ArticlePage(
                title=facts["title"],
                slug=_slug(facts["title"]),
                lead=facts["lead"],
                language=facts.get("language", "vi"),
                picture=shelf.pictures.get(facts.get("picture", "")),
                caption=facts.get("caption", ""),
                body=blocks_of(facts["body"], shelf),
                recording=shelf.files.get(facts.get("recording", "")),
                transcript=facts.get("transcript", ""),
                is_offered=facts.get("offered", False),
                first_published_at=each.moment,
                live=False,
            )
            article.authors.add(ArticleAuthor(name=names.get(facts.get("author", ""), HOUSE)))
            article.tags.add(*facts["tags"])
            shelf.articles[article.title] = article
            writer, editor = office.writes(facts.get("author", ""))
            with transaction.atomic(), clock.supposing(each.moment):
                if timezone.localdate(each.moment) < opened:
                    _taken_over(sections[each.section], article, writer, office.approver)
                else:
                    _reviewed(sections[each.section], article, writer, (editor, office.approver))
    for article in shelf.articles.values():
        ReferenceIndex.create_or_update_for_object(article)
    _tell_the_past(portal)
    district.progress("Trang thông tin", len(written), len(written))
    return shelf


def _parts(desk: Desk) -> list[Any]:
    folder = files("lantoa.demonstration.portal").joinpath(desk.folder)
    return sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)


def _written(parts: list[dict[str, Any]]) -> Iterator[Written]:
    today, now = clock.today(), clock.now()
    for part in parts:
        for number, facts in enumerate(part["article"]):
            day = facts.get("on") or today - dt.timedelta(days=facts["ago"])
            moment = at(day, _HOURS[number % len(_HOURS)])
            yield Written(part["title"], facts, min(moment, now - dt.timedelta(minutes=number + 1)))


def _open_sections(
    portal: PortalSite, parts: list[dict[str, Any]], office: Office, moment: dt.datetime
) -> dict[str, SectionPage]:
    home = Page.objects.get(pk=portal.site.root_page_id)
    for part in parts:
        section = SectionPage(
            title=part["title"], slug=_slug(part["title"]), lead=part["lead"], first_published_at=moment, live=False
        )
        with transaction.atomic(), clock.supposing(moment):
            _taken_over(home, section, office.first, office.approver)
    return {section.title: section for section in SectionPage.objects.descendant_of(home)}


def _slug(title: str) -> str:
    return slugify(fold(title))[:80].strip("-")


def _reviewed(parent: Page, page: Page, writer: User, reviewers: tuple[User, User]) -> None:
    """Let the page take every step of the review."""
    page.owner = writer
    parent.add_child(instance=page)
    review(page, writer, reviewers)


def review(page: Page, writer: User, reviewers: tuple[User, User]) -> None:
    """Send in what the writer made of a page, and let the two others approve it."""
    page.save_revision(user=writer)
    page.get_workflow().start(page, writer)
    for user in reviewers:
        found = type(page).objects.get(pk=page.pk)
        found.current_workflow_task.on_action(found.current_workflow_task_state, user, "approve")


def _taken_over(parent: Page, page: Page, writer: User, approver: User) -> None:
    """Publish the page as it stood on the former site, where somebody had approved it."""
    page.owner = writer
    parent.add_child(instance=page)
    page.save_revision(user=writer).publish(user=approver, skip_permission_checks=True)
    record(actor=Actor.of(approver), action="portal.publish", page=page)


def _tell_the_past(portal: PortalSite) -> None:
    """Wagtail asks the machine's own clock: what it wrote down moves to the day on which the page appeared."""
    pages = Page.objects.filter(path__startswith=portal.site.root_page.path, first_published_at__isnull=False)
    pages.update(last_published_at=F("first_published_at"), latest_revision_created_at=F("first_published_at"))
    for page, moment in pages.values_list("pk", "first_published_at"):
        Revision.objects.filter(object_id=str(page)).update(created_at=moment)
        PageLogEntry.objects.filter(page=page).update(timestamp=moment)
        states = WorkflowState.objects.filter(object_id=str(page))
        TaskState.objects.filter(workflow_state__in=states).update(started_at=moment, finished_at=moment)
        states.update(created_at=moment)


def _shelf_of(portal: PortalSite, desk: Desk, owner: User) -> Shelf:
    """Pictures and files, checked as uploads are."""
    shelf = Shelf()
    for drawing in DRAWINGS:
        if drawing.name in desk.drawings:
            shelf.pictures[drawing.name] = _picture(portal, drawing, owner)
    for key, (title, ending, data) in _FILES.items():
        if key in desk.files:
            content, _kind, name = checked_upload(ContentFile(data(), name=f"{key}{ending}"), KINDS)
            attachment = Attachment(
                title=title,
                collection=portal.collection,
                uploaded_by_user=owner,
                file=ContentFile(content, name=name),
            )
            attachment.save()
            shelf.files[key] = attachment
    return shelf


def _picture(portal: PortalSite, drawing: Drawing, owner: User) -> Picture:
    drawn = ContentFile(drawing.draw().png(), name=f"{drawing.name}.png")
    content, _kind, name = checked_upload(drawn, PICTURE_KINDS)
    picture = Picture(
        title=drawing.title,
        description=drawing.shows,
        collection=portal.collection,
        uploaded_by_user=owner,
        file=ContentFile(content, name=name),
    )
    picture.save()
    return picture
