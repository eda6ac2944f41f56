"""A portal with many articles and documents, written into a migrated database: `python -m benchmarks._portal`.

Wagtail adds one page at a time and reads the tree again for each. Here the rows of the tree are written at once, with
the paths that treebeard would give them and the number of children at each section; `Page.find_problems` looks
afterwards. Of an article the rest is written through its models; the index is fed with what `document_of` gives.
The bare page beside them has a text as long as that of an article.
"""

import argparse
import datetime as dt
import io
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks._register import Words, directive_of

if TYPE_CHECKING:
    from lantoa.organizations.models import Unit
    from lantoa.portal.models import ArticlePage, Picture, PortalSite, SectionPage

SECTIONS = ("Tin tức", "Xây dựng Đảng", "Kinh tế", "Văn hóa", "Giáo dục", "Cách làm hay", "Biên giới", "Nông thôn mới")
TOGETHER = 1000
FIRST_DAY = dt.date(2016, 1, 1)
OF_ONE_UNIT = 18_000
"""One unit registers no more documents than can differ in number or day."""


def main() -> None:
    """Build what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=int)
    parser.add_argument("documents", type=int)
    options = parser.parse_args()
    import django

    django.setup()
    chance = random.Random(1327)  # noqa: S311 the same each time
    words = Words(chance)
    portal = _open()
    _write_bare(portal, words)
    with _indexed_afterwards():
        _write_articles(portal, chance, words, options.articles)
        _write_documents(portal, chance, words, options.documents)
    _settle()


@contextmanager
def _indexed_afterwards() -> Iterator[None]:
    """The words are put into their index in one go: one at a time it takes ten times as long."""
    from django.contrib.postgres.indexes import GinIndex
    from django.db import connection

    from lantoa.search.models import SearchEntry

    (index,) = (one for one in SearchEntry._meta.indexes if isinstance(one, GinIndex))
    with connection.schema_editor() as editor:
        editor.remove_index(SearchEntry, index)
    yield
    with connection.schema_editor() as editor:
        editor.add_index(SearchEntry, index)


def _open() -> "PortalSite":
    from lantoa.organizations.actors import Actor, Grant
    from lantoa.organizations.enums import Role
    from lantoa.portal.services import open_site

    unit = _unit("Đảng bộ huyện", None)
    grant = Grant(Role.ADMINISTRATOR, unit.pk, unit.path, unit.name)
    administrator = Actor(user_id=None, person_id=None, grants=(grant,))
    return open_site(actor=administrator, unit=unit, host="localhost", name="Trang thông tin huyện")


def _unit(name: str, parent: "Unit | None") -> "Unit":
    from lantoa.organizations.models import Unit

    unit = Unit(tree="party", kind="district_committee", parent=parent, name=name)
    unit.set_texts()
    unit.save()
    unit.path = f"{parent.path if parent else ''}{unit.pk}."
    unit.save(update_fields=["path"])
    return unit


def _write_articles(portal: "PortalSite", chance: random.Random, words: Words, number: int) -> None:
    from wagtail.models import Page

    from lantoa.portal.indexing import document_of
    from lantoa.search.indexing import put

    sections = _sections(portal)
    picture = _picture(portal)
    per_section = -(-number // len(sections))
    for section in sections:
        articles = _articles(section, picture, chance, words, per_section)
        for start in range(0, per_section, TOGETHER):
            put(document_of(article) for article in articles[start : start + TOGETHER])
    problems = Page.find_problems()
    if any(problems):
        raise RuntimeError(f"the tree is not sound: {problems}")


def _write_bare(portal: "PortalSite", words: Words) -> None:
    from django.db import connection

    from benchmarks._bare_wagtail.models import BarePage
    from lantoa.portal.models import HomePage

    with connection.schema_editor() as editor:
        editor.create_model(BarePage)
    home = HomePage.objects.get(pk=portal.site.root_page_id)
    body = "".join(f"<p>{words.some(80)}.</p>" for _ in range(4))
    home.add_child(instance=BarePage(title=words.some(8).capitalize(), slug="bare", body=body))


def _sections(portal: "PortalSite") -> "list[SectionPage]":
    from django.utils.text import slugify

    from lantoa.kernel.vietnamese import fold
    from lantoa.portal.models import HomePage, SectionPage

    home = HomePage.objects.get(pk=portal.site.root_page_id)
    return [home.add_child(instance=SectionPage(title=title, slug=slugify(fold(title)))) for title in SECTIONS]


def _picture(portal: "PortalSite") -> "Picture":
    from django.core.files.images import ImageFile
    from PIL import Image

    from lantoa.portal.models import Picture

    written = io.BytesIO()
    Image.new("RGB", (1280, 800), "#205080").save(written, "PNG")
    file = ImageFile(io.BytesIO(written.getvalue()), name="hoi-nghi.png")
    picture = Picture(title="Hội nghị", description="Hội nghị", collection=portal.collection, file=file)
    picture.save()
    return picture


def _articles(
    section: "SectionPage", picture: "Picture", chance: random.Random, words: Words, number: int
) -> "list[ArticlePage]":
    """The articles of a section: rows of the tree together, then the rows of the articles that belong to them."""
    from django.contrib.contenttypes.models import ContentType
    from django.utils import timezone
    from wagtail.models import Page

    from lantoa.portal.models import ArticleAuthor, ArticlePage

    kind = ContentType.objects.get_for_model(ArticlePage)
    made = []
    for place in range(1, number + 1):
        day = FIRST_DAY + dt.timedelta(days=chance.randrange(3800))
        moment = timezone.make_aware(dt.datetime.combine(day, dt.time(8, place % 60)))
        title = f"{words.some(8).capitalize()} {place}"
        made.append(
            ArticlePage(
                title=title,
                draft_title=title,
                slug=f"bai-{place}",
                path=ArticlePage._get_path(section.path, section.depth + 1, place),
                depth=section.depth + 1,
                url_path=f"{section.url_path}bai-{place}/",
                content_type=kind,
                locale_id=section.locale_id,
                first_published_at=moment,
                last_published_at=moment,
                lead=words.some(30).capitalize(),
                picture=picture,
                body=[("paragraph", f"<p>{words.some(80)}.</p>") for _ in range(4)],
            )
        )
    of_tree = [
        Page(**{field.attname: getattr(one, field.attname) for field in Page._meta.concrete_fields}) for one in made
    ]
    Page.objects.bulk_create(of_tree, batch_size=TOGETHER)
    for article, page in zip(made, of_tree, strict=True):
        article.pk = article.page_ptr_id = page.pk
        article.save_base(raw=True, force_insert=True)
    ArticleAuthor.objects.bulk_create(ArticleAuthor(article=one, name="Lò Thị Mai") for one in made)
    section.numchild = number
    section.save(update_fields=["numchild"], clean=False)
    return made


def _write_documents(portal: "PortalSite", chance: random.Random, words: Words, number: int) -> None:
    """The documents, each with its entry for everybody and its entry in the register."""
    from django.db import connection

    from lantoa.directives.models import Directive
    from lantoa.directives.querysets import scope_of
    from lantoa.portal.documents.indexing import entry_of
    from lantoa.portal.models import PublicDocument
    from lantoa.search.indexing import put

    units = [_unit(f"Đảng bộ xã {each + 1}", portal.unit) for each in range(number // OF_ONE_UNIT + 1)]
    for start in range(1, number + 1, TOGETHER):
        unit = units[start // OF_ONE_UNIT]
        numbers = range(start, min(start + TOGETHER, number + 1))
        made = Directive.objects.bulk_create([directive_of(chance, words, each, unit) for each in numbers])
        shown = PublicDocument.objects.bulk_create([PublicDocument(portal=portal, directive=one) for one in made])
        put(entry_of(document, words.some(120)) for document in shown)
    with connection.cursor() as cursor:
        cursor.execute(_IN_REGISTER, [scope_of(portal.unit.path)])


_IN_REGISTER = """
INSERT INTO search_searchentry (kind, object_id, day, scope, attached, folded, vector)
SELECT 'directive', directive_id, day, %s, attached, folded, vector
  FROM search_searchentry JOIN portal_publicdocument document ON document.id = object_id
 WHERE kind = 'document'
"""


def _settle() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


if __name__ == "__main__":
    main()
