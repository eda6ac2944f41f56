"""Every page for everybody, as the W3C's own checker reads it, and what a browser fetches with it."""

import json
import re
import shutil
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from wagtail.rich_text import RichText

from lantoa.directives.enums import DirectiveKind
from lantoa.kernel import clock
from lantoa.organizations.enums import SpokenLanguage
from lantoa.portal import models
from lantoa.portal.blocks import BodyBlock
from lantoa.portal.enums import ContributionState
from lantoa.portal.models import (
    Answer,
    ArticlePage,
    Attachment,
    Contribution,
    Figure,
    FigureSet,
    PortalSite,
    PublicDocument,
)
from lantoa.portal.models.pages import PortalPage
from lantoa.portal.urls import _ours
from tests.directives.factories import make_directive, make_sector
from tests.materials.factories import make_file
from tests.organizations.factories import make_user
from tests.plans.factories import make_campaign
from tests.portal.factories import make_article, make_picture, make_portal, make_section
from tests.portal.front.factories import make_banner, make_highlight, make_officer
from tests.portal.front.test_around import make_english, make_special
from tests.portal.readers.factories import make_comment, make_question
from tests.portal.readers.test_questions_and_polls import make_poll
from tests.portal.reading.factories import make_recording, publish

pytestmark = pytest.mark.django_db
CHECKER = Path(__file__).parents[3] / "tools/js/node_modules/vnu-jar/build/dist/vnu.jar"
BROKEN = "broken.html"
MOST_BYTES = 60_000
NO_PAGES = {
    "sitemap", "sitemap_part", "colours", "picture", "attachment", "feed", "robots", "card",
    "article_qr", "banner_follow", "calendar_file", "calendar_entry",
    "suggestions", "document_feed", "document_file", "article_rate", "article_comment", "poll_vote",
}  # fmt: skip
"""What answers with something else than a page."""


class World:
    """A portal with something of everything."""

    def __init__(self) -> None:
        self.portal: PortalSite = make_portal()
        self.portal.logo = make_picture(self.portal)
        self.portal.save()
        self.section = make_section(self.portal, "Xây dựng Đảng & chính quyền")
        self.plain = make_article(self.section, "Bài ngắn “có ngoặc” & <dấu>", picture=make_picture(self.portal))
        self.long = self._with_everything()
        self.shorter = self._with_less_than_before()
        self.heard = publish(
            make_article(self.section), language=SpokenLanguage.HMONG, recording=make_recording(self.portal)
        )
        for number in range(12):
            make_article(self.section, f"Bài {number}")
        make_comment(self.portal, self.long, "Hay & đúng <quá>.")
        make_comment(self.portal, self.long)
        self.question, self.poll = make_question(self.portal), make_poll(self.portal)
        editor = make_user()
        Answer.objects.create(question=self.question, text="Tháng 5.\n\nXong.", written_by=editor)
        decided = {"state": ContributionState.PUBLISHED, "decided_at": clock.now(), "decided_by": editor, "reach": ""}
        Contribution.objects.update(**decided)
        self.special, self.english = make_special(self.portal), make_english(self.portal)
        make_officer(self.portal)
        make_highlight(self.portal)
        make_banner(self.portal)
        self.documents = [self._document(), self._document(), self._document()]
        PublicDocument.objects.filter(pk=self.documents[2].pk).update(withdrawn_at=self.documents[2].published_at)

    def _with_less_than_before(self) -> ArticlePage:
        """An article whose second version used what nobody gets any more, and whose first ones were withdrawn."""
        article = make_article(self.section, "Bài mất bản ghi")
        ArticlePage.objects.get(pk=article.pk).unpublish()
        sound = {"recording": make_recording(self.portal), "title": "Nghe", "transcript": RichText("<p>Lời.</p>")}
        publish(article, body=[("audio", sound)])
        return publish(article, body=[("quote", {"text": "Hay.", "by": ""})])

    def _with_everything(self) -> ArticlePage:
        """An article with each kind of block, corrected once."""
        file = Attachment(title="Kế hoạch", collection=self.portal.collection)
        file.file = SimpleUploadedFile("ke-hoach.pdf", b"%PDF-1.4\n%%EOF")
        file.save()
        recording, picture = make_recording(self.portal), make_picture(self.portal)
        marks = (
            "<h2>Mục</h2><p>Chữ <b>đậm</b> <a href='https://example.vn/?a=1&amp;b=2'>nối</a></p><ul><li>Một</li></ul>"
        )
        body: list[tuple[str, Any]] = [
            ("paragraph", marks),
            ("picture", {"picture": picture, "caption": "Chú thích"}),
            ("picture", {"picture": picture, "caption": ""}),
            ("quote", {"text": "Rất hay.\n\nHay.", "by": "Ông Páo"}),
            ("table", {"data": [["Bản", "Số"], ["Sì Choang", None]], "first_row_is_table_header": True,
                       "first_col_is_header": True, "table_caption": "Bảng"}),
            ("table", {"data": [["a", "b"]]}),
            ("file", {"file": file, "title": ""}),
            ("audio", {"recording": recording, "title": "Nghe", "transcript": "<p>Lời.</p>"}),
            ("video", {"address": "https://example.vn/phim?x=1&y=2", "title": "Phim"}),
            ("related", {"articles": [self.plain]}),
            ("passage", {"language": SpokenLanguage.HMONG, "text": "<p>Nyob zoo.</p>"}),
            ("figures", {"origin": self._figures(), "rows": [{"key": "reached", "label": "Đã học", "value": ""}]}),
        ]  # fmt: skip
        assert {name for name, _ in body} == set(BodyBlock().child_blocks), "each kind of block is looked at"
        article = make_article(self.section, "Bài có đủ mọi thứ", picture=picture)
        changes = {"recording": recording, "transcript": "Lời một.\n\nLời hai.", "source": "Báo & đài"}
        return publish(article, body=body, is_correction=True, correction="Sửa <ngày>.", **changes)

    def _figures(self) -> str:
        given = FigureSet.objects.create(
            client_id=uuid.uuid4(), portal=self.portal, unit=self.portal.unit, campaign=make_campaign(self.portal.unit),
            source="Đợt học & tháng 5", offered_by=make_user(), article_id=self.plain.pk,
        )  # fmt: skip
        Figure.objects.create(figures=given, key="reached", position=1, label="Đã học", value="29/49", measure="người")
        return str(given.client_id)

    def _document(self) -> PublicDocument:
        unit = self.portal.unit
        directive = make_directive(unit, kind=DirectiveKind.DECREE, sector=make_sector(), abstract="Một.\n\nHai.")
        directive.files.add(make_file())
        return PublicDocument.objects.create(portal=self.portal, directive=directive)


PAGES: dict[str, Callable[[World], list[str]]] = {
    "HomePage": lambda world: ["/cong/"],
    "SpecialPage": lambda world: [world.special.get_url()],
    "EnglishPage": lambda world: [world.english.get_url()],
    "contact": lambda world: ["/cong/lien-he/"],
    "way_through": lambda world: ["/cong/so-do/"],
    "calendar": lambda world: ["/cong/lich/"],
    "not_found": lambda world: ["/cong/khong-co/"],
    "SectionPage": lambda world: [world.section.get_url(), f"{world.section.get_url()}?page=2"],
    "ArticlePage": lambda world: [article.get_url() for article in (world.plain, world.long, world.heard)],
    "search": lambda world: [f"/cong/tim-kiem/{asked}" for asked in ("", "?q=bài", "?q=khôngcógì", "?q=%3C%22%26")],
    "document_list": lambda world: [f"/cong/van-ban/{asked}" for asked in ("", "?q=abcdef", "?year=2025")],
    "document_detail": lambda world: [f"/cong/van-ban/{document.pk}/" for document in world.documents],
    "article_forms": lambda world: [f"/cong/gop-y/{world.long.pk}/"],
    "article_sent": lambda world: [f"/cong/gop-y/{world.long.pk}/da-gui/?of={what}" for what in ("comment", "rating")],
    "question_list": lambda world: ["/cong/hoi-dap/"],
    "question_detail": lambda world: [f"/cong/hoi-dap/{world.question.pk}/"],
    "question_ask": lambda world: ["/cong/hoi-dap/gui/"],
    "question_sent": lambda world: ["/cong/hoi-dap/da-gui/"],
    "poll": lambda world: [f"/cong/binh-chon/{world.poll.pk}/"],
    "article_versions": lambda world: [f"/cong/bai/{one.pk}/cac-ban/" for one in (world.long, world.shorter)],
    "article_version": lambda world: [
        f"/cong/bai/{world.long.pk}/cac-ban/1/",
        *(f"/cong/bai/{world.shorter.pk}/cac-ban/{number}/" for number in (1, 2)),
    ],
}
"""Where each kind of page and each named address is looked at."""


def checked(folder: Path) -> list[str]:
    """What the W3C's checker says of the pages in a folder; it reads all of them at one start."""
    java = shutil.which("java")
    assert java, "the checker needs Java:  sudo apt-get install -y default-jre-headless"
    light = ["-Xss8m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    asked = [java, *light, "-jar", str(CHECKER), "--format", "json", "--exit-zero-always", str(folder)]
    answer = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=300)
    messages = json.loads(answer.stderr)["messages"]
    return [f"{Path(each['url']).name}: {each['message']} {each.get('extract', '')!r}" for each in messages]


def test_every_address_of_the_portal_is_a_page_that_is_looked_at_or_no_page() -> None:
    names = {pattern.name for pattern in _ours[0] if str(pattern.pattern).lstrip("^").startswith(("cong/", "robots"))}
    kinds = {
        model.__name__ for model in vars(models).values() if isinstance(model, type) and issubclass(model, PortalPage)
    }
    assert (names | kinds | {"not_found"}) - NO_PAGES == set(PAGES)


def test_every_page_is_valid_light_and_asks_nothing_of_others(tmp_path: Path) -> None:
    world, heavy = World(), {}
    for name, addresses in PAGES.items():
        for number, address in enumerate(addresses(world)):
            answer = Client().get(address)
            assert answer.status_code in {200, 404, 410}, address
            page = answer.content.decode()
            (tmp_path / f"{name}-{number}.html").write_text(page)
            _asks_nothing_of_others(page, address)
            heavy[address] = _weight(page)
    assert max(heavy.values()) <= MOST_BYTES, heavy
    (tmp_path / BROKEN).write_text('<!doctype html><html lang="vi"><title>x</title><p><div id=a id=b></p>')
    found = checked(tmp_path)
    assert any(each.startswith(BROKEN) for each in found), "the checker has not looked"
    problems = [each for each in found if not each.startswith(BROKEN)]
    assert not problems, "\n".join(problems)


def _asks_nothing_of_others(page: str, address: str) -> None:
    assert not re.search(r"<script(?![^>]*(\ssrc=|ld\+json))|<style|\sstyle=|\son[a-z]+=", page), address
    fetched = re.findall(
        r"<(?:img|source|audio|script|iframe|embed|track|video)\b[^>]*?\s(?:src|srcset)=\"([^\"]+)\"", page
    )
    links = re.findall(r"<link\b[^>]*>", page)
    sheets = [re.findall(r'href="([^"]+)"', link)[0] for link in links if re.search(r'rel="(stylesheet|icon)"', link)]
    assert [place for place in [*fetched, *sheets] if not place.startswith("/")] == [], address


def _weight(page: str) -> int:
    """The page, its style sheets and its modules as they lie on the disk: what comes over the wire is a third of it."""
    found = len(page.encode())
    for place in re.findall(r'<(?:link rel="stylesheet" href|script type="module" src)="(/[^"]+)"', page):
        if place.startswith("/static/"):
            found += Path(str(finders.find(place.removeprefix("/static/")))).stat().st_size
        else:
            found += len(Client().get(place).content)
    return found
