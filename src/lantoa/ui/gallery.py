"""What the gallery shows: samples of every component, invented and kept nowhere."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lantoa.kernel.vietnamese import fold, text_key
from lantoa.ui.forms import OnceForm, VersionedForm, VietnameseDateField, VietnameseDecimalField
from lantoa.ui.states import Crumb, State, Tab, Tone
from lantoa.ui.svg import BarRow, bar_chart
from lantoa.ui.tables import Column, Kind, Table

LONG_NAME = "Đảng bộ Văn phòng Hội đồng nhân dân và Ủy ban nhân dân huyện Phong Thổ"
_OPINION = State(lazy("Waiting for an opinion"), Tone.INFO, "hourglass-split")
_ISSUED = State(lazy("Issued"), Tone.SUCCESS)
_LATE = State(lazy("Overdue"), Tone.DANGER)
_RETURNED = State(lazy("Returned"), Tone.WARNING, "arrow-return-left")
_DRAFT = State(lazy("Draft"), Tone.NEUTRAL, "pencil")
STATES = (_DRAFT, _OPINION, _RETURNED, _ISSUED, _LATE)


@dataclass(frozen=True)
class SampleUnit:
    """A unit with invented figures."""

    name: str
    kind: str
    state: State
    members: int
    rate: Decimal | None
    due: dt.date | None


UNITS = (
    SampleUnit(LONG_NAME, "Chi bộ cơ sở", _OPINION, 62, Decimal("96.8"), dt.date(2026, 9, 30)),
    SampleUnit("Đảng bộ xã Huổi Luông", "Đảng bộ cơ sở", _ISSUED, 312, Decimal("93.5"), dt.date(2026, 10, 2)),
    SampleUnit("Đảng bộ xã Sin Suối Hồ", "Đảng bộ cơ sở", _RETURNED, 287, Decimal("72.5"), dt.date(2026, 9, 15)),
    SampleUnit("Đảng bộ xã Mường So", "Đảng bộ cơ sở", _ISSUED, 1204, Decimal("100.0"), dt.date(2026, 10, 2)),
    SampleUnit("Đảng bộ thị trấn Phong Thổ", "Đảng bộ cơ sở", _DRAFT, 498, None, None),
    SampleUnit("Đảng bộ xã Dào San", "Đảng bộ cơ sở", _LATE, 365, Decimal("0.0"), dt.date(2026, 8, 20)),
    SampleUnit("Đảng bộ xã Mù Sang", "Đảng bộ cơ sở", _ISSUED, 141, Decimal("95.0"), dt.date(2026, 9, 5)),
)

COLUMNS: tuple[Column[SampleUnit], ...] = (
    Column(
        key="name",
        label=lazy("Unit"),
        value=lambda unit: unit.name,
        sort_key=lambda unit: text_key(unit.name),
        template="ui/gallery_unit_cell.html",
        primary=True,
    ),
    Column(key="kind", label=lazy("Kind"), value=lambda unit: unit.kind, wide_only=True),
    Column(
        key="state",
        label=lazy("State"),
        value=lambda unit: unit.state.label,
        state=lambda unit: unit.state,
        sort_key=lambda unit: str(unit.state.label),
    ),
    Column(
        key="members",
        label=lazy("Members"),
        value=lambda unit: unit.members,
        kind=Kind.NUMBER,
        sort_key=lambda unit: unit.members,
    ),
    Column(
        key="rate",
        label=lazy("Coverage"),
        value=lambda unit: unit.rate,
        kind=Kind.PERCENT,
        sort_key=lambda unit: unit.rate or Decimal(-1),
    ),
    Column(
        key="due",
        label=lazy("Due"),
        value=lambda unit: unit.due,
        kind=Kind.DATE,
        sort_key=lambda unit: unit.due or dt.date.max,
    ),
)

BAR_ROWS = (
    BarRow(label=LONG_NAME, denominator=62, present=58, made_up=2, reported_units=3, total_units=3, url="#bars"),
    BarRow(
        label="Đảng bộ xã Huổi Luông", denominator=312, present=290, made_up=9, note=lazy("pilot"),
        reported_units=14, total_units=14, url="#bars",
    ),
    BarRow(
        label="Đảng bộ xã Sin Suối Hồ", denominator=40, present=29, made_up=1, not_reported=9,
        reported_units=2, total_units=3, url="#bars",
    ),
    BarRow(label="Đảng bộ xã Mường So", denominator=1204, present=1204, reported_units=19, total_units=19),
    BarRow(label="Đảng bộ xã Dào San", denominator=365, present=0, not_reported=365, reported_units=0, total_units=17),
    BarRow(label="Chi bộ Đồn Biên phòng", denominator=0, present=0, reported_units=1, total_units=1),
)  # fmt: skip


class SampleForm(OnceForm, VersionedForm):
    """Every kind of field."""

    title = forms.CharField(
        label=lazy("Title of the plan"),
        max_length=200,
        help_text=lazy("As it stands at the head of the document, without the number."),
    )
    starts = VietnameseDateField(label=lazy("First day"), help_text=lazy("Day/month/year."))
    target = VietnameseDecimalField(label=lazy("Target in per cent"), min_value=0, max_value=100, required=False)
    body = forms.ChoiceField(
        label=lazy("Body that gives its opinion"),
        choices=[("", lazy("Choose one")), ("btv", lazy("Standing committee")), ("cu", lazy("Committee"))],
    )
    text = forms.CharField(label=lazy("Summary"), widget=forms.Textarea(attrs={"rows": 4}), required=False)
    mode = forms.ChoiceField(
        label=lazy("How the document is to be studied"),
        choices=[("study", lazy("Studied in full")), ("brief", lazy("Briefed"))],
        widget=forms.RadioSelect,
    )
    audience = forms.MultipleChoiceField(
        label=lazy("Who is invited"),
        choices=[("leaders", lazy("Leaders and managers")), ("members", lazy("All members"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    attachment = forms.FileField(label=lazy("File of the document"), required=False)
    declared = forms.BooleanField(label=lazy("I declare that the file bears no mark of secrecy."))


class FilterForm(forms.Form):
    """The filter bar's selects."""

    state = forms.ChoiceField(
        label=lazy("State"), required=False, choices=[("", lazy("All states")), ("issued", lazy("Issued"))]
    )


def table(request: HttpRequest) -> Table[SampleUnit]:
    """The sample table, searched, sorted and paged by the address."""
    return Table(
        request=request,
        columns=COLUMNS,
        rows=UNITS,
        caption=_("Plans of the units"),
        filename=_("Plans of the units"),
        sort="name",
        search=lambda rows, words: [unit for unit in rows if fold(words) in fold(unit.name)],
        page_size=5,
        form_names=("state",),
        extra={"address": "#table"},
    )


def context(request: HttpRequest) -> dict[str, Any]:
    """Everything else on the gallery page."""
    typed = {"title": "", "starts": "31/02/2026", "target": "một trăm", "version": "3", "client_id": "not-a-uuid"}
    editing = SampleForm({**typed, "title": "Kế hoạch học tập, quán triệt Nghị quyết 57-NQ/TW năm 2026"})
    empty = Table(request=request, columns=COLUMNS, rows=(), caption=_("An empty table"), prefix="e_")
    return {
        "breadcrumbs": [
            Crumb(_("Overview"), "/"),
            Crumb("Đảng bộ huyện Phong Thổ", "#"),
            Crumb(LONG_NAME, "#"),
        ],
        "long_name": LONG_NAME,
        "states": STATES,
        "chart": bar_chart(BAR_ROWS),
        "empty_table": empty,
        "form": SampleForm(initial={"version": 3}),
        "wrong_form": SampleForm(typed, auto_id="wrong_%s"),
        "filter_form": FilterForm(request.GET),
        "differences": editing.differences(
            {"title": "Kế hoạch quán triệt Nghị quyết 57-NQ/TW năm 2026 của Đảng bộ", "starts": dt.date(2026, 9, 1)}
        ),
        "moment": dt.datetime(2026, 9, 1, 0, 30, tzinfo=dt.UTC),
        "rate": Decimal("93.5"),
        "tabs": [
            Tab(_("Overview"), reverse("ui:gallery"), current=True),
            Tab(_("Targets and tasks"), "#tabs", count=12),
            Tab(_("History"), "#tabs"),
        ],
    }
