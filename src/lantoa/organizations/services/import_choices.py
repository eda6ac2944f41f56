"""What users decide about a whole file before it is applied: its sheet, its columns, the cells that it names."""

import dataclasses
from collections.abc import Mapping, Sequence

from lantoa.audit.usecases import use_case
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import ColumnTwice, UnitNotNamed
from lantoa.organizations.models import ImportBatch, RememberedLayout, Unit
from lantoa.organizations.reading import FIELDS, Layout
from lantoa.organizations.reading.cells import Sheet
from lantoa.organizations.reading.layouts import layout_of
from lantoa.organizations.reading.refusals import FileIsEmpty, HeaderMissing
from lantoa.organizations.selectors.imports import remembered
from lantoa.organizations.services.import_rows import check_anew, read_anew, stored_sheets
from lantoa.organizations.services.imports import lock_preview


@use_case
def choose_sheet(*, actor: Actor, batch: ImportBatch, sheet: int) -> ImportBatch:
    """Take another sheet of the file, read as it proposes itself. The decisions on rows are taken back.

    Raises NotPermitted, ImportClosed, ImportRunning, or HeaderMissing or FileIsEmpty where it holds no list.
    """
    locked = lock_preview(actor, batch)
    sheets = stored_sheets(locked, Layout.of_json(locked.layout))
    found = layout_of(sheets, sheet) if sheet < len(sheets) else None
    if found is None:
        raise HeaderMissing(field="sheet")
    _read(locked, sheets, remembered(locked.unit, found), field="sheet")
    return locked


@use_case
def choose_columns(
    *, actor: Actor, batch: ImportBatch, columns: Sequence[str], converts: bool, proper_case: bool, standing: str
) -> ImportBatch:
    """Say what each column means, and remember it for the unit's next file with the same titles.

    `converts` says whether text from before Unicode is converted, `proper_case` whether names in capitals become names
    in proper case, `standing` what counts where a row says none. The decisions on rows are taken back. Raises
    NotPermitted, ImportClosed, ImportRunning, ColumnTwice, or FileIsEmpty where no row is a person then.
    """
    locked = lock_preview(actor, batch)
    layout = Layout.of_json(locked.layout)
    chosen = [key for key in columns if key]
    twice = next((key for key in chosen if chosen.count(key) > 1), None)
    if twice is not None:
        raise ColumnTwice(title=FIELDS[twice].title)
    sheets = stored_sheets(locked, layout)
    layout = dataclasses.replace(
        layout,
        columns=(*columns, *layout.columns[len(columns) :]),
        converts=converts,
        proper_case=proper_case,
        standing=standing,
    )
    _read(locked, sheets, layout, field=None)
    RememberedLayout.objects.update_or_create(
        unit=locked.unit,
        signature=layout.signature,
        defaults={"columns": list(layout.columns), "standing": layout.standing},
    )
    return locked


@use_case
def choose_units(*, actor: Actor, batch: ImportBatch, choices: Mapping[str, int]) -> ImportBatch:
    """Say which cells texts of the file mean (by their numbers), for this import alone; the rows are checked anew.

    Raises NotPermitted, ImportClosed, ImportRunning, or UnitNotNamed for a unit that is not under the import's.
    """
    locked = lock_preview(actor, batch)
    below = set(Unit.objects.under(locked.unit).in_force().filter(pk__in=choices.values()).values_list("pk", flat=True))
    for text, pk in choices.items():
        if pk not in below:
            raise UnitNotNamed(field=None, text=text)
    locked.unit_choices = {**locked.unit_choices, **choices}
    locked.save(update_fields=["unit_choices"])
    check_anew(locked)
    return locked


def _read(batch: ImportBatch, sheets: Sequence[Sheet], layout: Layout, *, field: str | None) -> None:
    batch.sheet = layout.sheet
    batch.layout = layout.as_json()
    batch.save(update_fields=["sheet", "layout"])
    if not read_anew(batch, sheets, layout):
        raise FileIsEmpty(field=field)
