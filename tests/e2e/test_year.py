"""A year of work: three campaigns of different classes and rules, clicked through from above and from below."""

import pytest

from tests.e2e.conftest import SignsIn
from tests.e2e.installation import Installation
from tests.e2e.year import autumn, spring, summer
from tests.e2e.year.setting import Year

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]


def test_nothing_owed_in_a_year_is_forgotten(sits_down: SignsIn, installation: Installation) -> None:
    year = Year(sits_down, installation)
    story = spring.tell(year)
    everybody = summer.tell(year, story)
    autumn.tell(year, story, everybody)
