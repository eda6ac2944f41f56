"""One directive from the register to a rate that can be defended, clicked through with the printed sign-ins."""

import pytest

from tests.e2e.conftest import SignsIn
from tests.e2e.story import figures, planning, rights, studying
from tests.e2e.story.setting import Story

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]


def test_a_directive_reaches_every_member(sits_down: SignsIn) -> None:
    story = Story(sits_down)
    officer = planning.tell(story)
    studying.tell(story, officer)
    figures.tell(story, officer)
    rights.tell(story)
