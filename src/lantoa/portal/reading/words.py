"""The words of an article, paragraph by paragraph."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from wagtail.rich_text import RichText, get_text_for_indexing

from lantoa.portal.models import ArticlePage

SYLLABLES_A_MINUTE = 200
"""What somebody reads of Vietnamese, which parts its syllables by spaces."""
_END = re.compile(r"</(?:p|h[1-6]|li)>|<hr\s*/?>|<br\s*/?>")


def lines_of(article: ArticlePage) -> list[str]:
    """Title, lead, caption, body, transcript and source as plain text, a line for each paragraph, heading, cell and
    caption."""
    around = [*article.transcript.splitlines(), article.source]
    return _tidied([article.title, article.lead, article.caption, *_body_of(article), *around])


def minutes_of(article: ArticlePage) -> int:
    """How many minutes it takes to read, at least one."""
    words = sum(len(line.split()) for line in _tidied([article.lead, *_body_of(article)]))
    return max(1, round(words / SYLLABLES_A_MINUTE))


def _tidied(texts: Iterable[str]) -> list[str]:
    return [line for line in (" ".join(each.split()) for each in texts) if line]


def _body_of(article: ArticlePage) -> Iterator[str]:
    for block in article.body:
        yield from _lines(block.block, block.value)


def _lines(block: Any, value: Any) -> Iterator[str]:
    if isinstance(value, RichText):
        for part in _END.split(str(value.source)):
            yield get_text_for_indexing(part)
    elif hasattr(block, "child_blocks"):
        for name, child in block.child_blocks.items():
            yield from _lines(child, value[name])
    else:
        yield from block.get_searchable_content(value)
