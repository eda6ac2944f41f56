"""The form in which a page is edited."""

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm


class PortalPageForm(WagtailAdminPageForm):
    """Knows rows of a draft that are not in the database yet (an author, a highlight) for what they are.

    Without a number of their own they would all look new, so that whoever passes the page on would become its writer.
    """

    def has_changed(self) -> bool:
        """Whether anything differs from the draft that was opened."""
        if not super().has_changed():
            return False
        return bool(self.changed_data) or any(_has_changed(rows) for rows in self.formsets.values())


def _has_changed(rows: Any) -> bool:
    """Whether any row of a formset differs from the one that the draft has in its place."""
    kept = list(rows.get_queryset())
    return any(form.has_changed() and _differs(rows, number, form, kept) for number, form in enumerate(rows.forms))


def _differs(rows: Any, number: int, form: Any, kept: list[Any]) -> bool:
    if form.instance.pk is not None or number >= min(rows.initial_form_count(), len(kept)):
        return True
    as_kept = type(form)(
        form.data, form.files, prefix=form.prefix, instance=kept[number], **rows.get_form_kwargs(number)
    )
    rows.add_fields(as_kept, number)
    return bool(as_kept.has_changed())
