"""Forms read what Vietnamese clerks type, and carry what double submits and lost edits need."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test.html import parse_html
from hypothesis import given
from hypothesis import strategies as st

from lantoa.ui.forms import OnceForm, PlainSelect, VersionedForm, VietnameseDateField, VietnameseDecimalField


@pytest.mark.parametrize("typed", ["31/12/2026", "31-12-2026", "31.12.2026", "2026-12-31", " 31/12/2026 "])
def test_a_day_is_read_in_every_usual_notation(typed: str) -> None:
    assert VietnameseDateField().clean(typed) == dt.date(2026, 12, 31)


def test_a_day_is_read_with_single_figures() -> None:
    assert VietnameseDateField().clean("1/9/2026") == dt.date(2026, 9, 1)


@pytest.mark.parametrize("typed", ["31/02/2026", "12/31/2026", "31/12/26", "31/12", "hôm nay", "2026", "01/01/1899"])
def test_a_day_that_is_none_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        VietnameseDateField().clean(typed)
    assert refused.value.code in {"invalid", "year"}


def test_no_day_is_none_where_it_is_optional() -> None:
    assert VietnameseDateField(required=False).clean("") is None


def test_a_stored_day_is_shown_as_it_is_typed() -> None:
    class DayForm(forms.Form):
        day = VietnameseDateField()

    assert 'value="05/09/2026"' in str(DayForm(initial={"day": dt.date(2026, 9, 5)})["day"])


@pytest.mark.parametrize(
    ("typed", "figure"),
    [
        ("95,5", "95.5"),
        ("95,5%", "95.5"),
        ("1.234,5", "1234.5"),
        ("1.234", "1234"),
        ("12.345.678", "12345678"),
        ("1234", "1234"),
        ("95.5", "95.5"),
        ("1 234,5", "1234.5"),
        ("-3,25", "-3.25"),
        ("0", "0"),
    ],
)
def test_a_figure_is_read_the_vietnamese_way(typed: str, figure: str) -> None:
    assert VietnameseDecimalField().clean(typed) == Decimal(figure)


@pytest.mark.parametrize("typed", ["một trăm", "1,234.5", "1.23.4", "12,", ",5", "1e5", "NaN", "--1", "%"])
def test_a_figure_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        VietnameseDecimalField().clean(typed)


def test_no_figure_is_none_where_it_is_optional() -> None:
    assert VietnameseDecimalField(required=False).clean(" ") is None


def test_the_bounds_of_a_figure_hold() -> None:
    with pytest.raises(ValidationError):
        VietnameseDecimalField(max_value=100).clean("100,1")


@given(st.decimals(min_value=Decimal(-999999999), max_value=Decimal(999999999), places=3))
def test_a_stored_figure_that_is_shown_and_sent_back_is_the_same(figure: Decimal) -> None:
    field = VietnameseDecimalField()
    assert field.clean(field.prepare_value(figure)) == figure


class PlanForm(OnceForm, VersionedForm):
    title = forms.CharField(label="Title")
    starts = VietnameseDateField(label="From", required=False)
    share = VietnameseDecimalField(label="Share", required=False)
    mode = forms.ChoiceField(label="Mode", choices=[("study", "Studied"), ("brief", "Briefed")], required=False)
    whom = forms.MultipleChoiceField(label="Whom", choices=[("a", "Leaders"), ("b", "Members")], required=False)


def typed_plan(**values: str) -> PlanForm:
    data = QueryDict(mutable=True)
    data.update({"client_id": str(uuid.uuid4()), "version": "3", "title": "Kế hoạch", **values})
    return PlanForm(data)


def test_an_empty_form_carries_a_new_client_id_each_time() -> None:
    first, second = PlanForm()["client_id"].value(), PlanForm()["client_id"].value()
    assert uuid.UUID(first) != uuid.UUID(second)


def test_a_form_shown_again_keeps_its_client_id() -> None:
    form = typed_plan(title="")
    assert not form.is_valid()
    assert form.data["client_id"] in str(form["client_id"])


@pytest.mark.parametrize("client_id", ["", "x", "1"])
def test_a_form_without_a_client_id_is_refused(client_id: str) -> None:
    assert "client_id" in typed_plan(client_id=client_id).errors


def test_only_what_differs_is_shown_when_two_people_edit() -> None:
    form = typed_plan(starts="1/9/2026", share="95,5", mode="brief")
    assert form.is_valid()
    current = {
        "title": "Kế hoạch",
        "starts": dt.date(2026, 10, 2),
        "share": Decimal("95.50"),
        "mode": "study",
        "whom": ["a", "b"],
    }
    shown = [(found.name, found.label, found.theirs, found.mine) for found in form.differences(current)]
    assert shown == [
        ("starts", "From", "02/10/2026", "01/09/2026"),
        ("mode", "Mode", "Studied", "Briefed"),
        ("whom", "Whom", "Leaders, Members", ""),
    ]


def test_typed_text_that_is_wrong_is_compared_as_it_stands() -> None:
    form = typed_plan(starts="31/02/2026")
    assert not form.is_valid()
    assert [found.mine for found in form.differences({"starts": None})] == ["31/02/2026"]


def test_the_next_submit_builds_on_the_version_that_was_shown() -> None:
    form = typed_plan(whom="a")
    form.take_version(7)
    assert 'value="7"' in str(form["version"])
    assert form.data["title"] == "Kế hoạch"


def test_a_form_is_drawn_with_labels_help_and_errors_wired_to_the_widgets() -> None:
    class TwoForm(forms.Form):
        title = forms.CharField(help_text="As printed.")
        agreed = forms.BooleanField()

    drawn = str(TwoForm({}))
    assert 'aria-describedby="id_title_helptext id_title_error"' in drawn
    assert 'id="id_title_helptext"' in drawn
    assert 'id="id_title_error"' in drawn
    assert 'href="#id_title"' in drawn
    assert 'class="form-check-input"' in drawn


@pytest.mark.parametrize("value", ["", "a&", "3", 3, None])
def test_a_plain_list_says_what_djangos_says(value: object) -> None:
    choices, attributes = [("", "tất cả <x>"), ("a&", "A"), (3, "B")], {"id": "muc", "aria-describedby": "<e>"}
    plain, usual = (
        parse_html(str(widget(attrs=attributes, choices=choices).render("muc", value)))
        for widget in (PlainSelect, forms.Select)
    )
    assert plain == usual
