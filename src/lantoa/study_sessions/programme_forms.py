"""The form that lets speakers of the register speak at the items of a programme."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lantoa.study_sessions.models import StudySession
from lantoa.study_sessions.selectors import OfferedSpeaker, ProgrammeLine
from lantoa.ui.forms import VersionedForm

_PREFIX = "item_"
Choices = list[tuple[str, str | list[tuple[str, str]]]]


class SpeakersForm(VersionedForm):
    """One choice for each item of the programme. What speaks against somebody stands beside the name."""

    def __init__(
        self,
        data: Any = None,
        *,
        session: StudySession,
        programme: Sequence[ProgrammeLine],
        offered: Sequence[OfferedSpeaker],
    ) -> None:
        super().__init__(data, auto_id="speakers_%s", initial={"version": session.version})
        groups = _groups(offered)
        known = {one.speaker.pk for one in offered}
        for position, line in enumerate(programme, start=1):
            self.fields[f"{_PREFIX}{position}"] = forms.ChoiceField(
                label=f"{line.hour:%H:%M} {line.title}" if line.hour else line.title,
                required=False,
                choices=[_nobody(line), *_kept(line, known), *groups],
                initial=str(line.speaker_id or ""),
            )

    @property
    def chosen(self) -> dict[int, int | None]:
        """The number of the recognition by the position of the item; None for nobody of the register."""
        named = {name: value for name, value in self.cleaned_data.items() if name.startswith(_PREFIX)}
        return {int(name.removeprefix(_PREFIX)): int(value) if value else None for name, value in named.items()}


def _nobody(line: ProgrammeLine) -> tuple[str, str]:
    guest = line.speaker if line.speaker_id is None else ""
    return "", _("as it is written: %(guest)s") % {"guest": guest} if guest else _("nobody of the register")


def _kept(line: ProgrammeLine, known: Iterable[int]) -> Choices:
    """The speaker who is named now, where they are offered no more."""
    if line.speaker_id is None or line.speaker_id in known:
        return []
    return [(str(line.speaker_id), line.speaker)]


def _groups(offered: Sequence[OfferedSpeaker]) -> Choices:
    fitting = [(str(one.speaker.pk), _label(one)) for one in offered if one.covers]
    others = [(str(one.speaker.pk), _label(one)) for one in offered if not one.covers]
    named = ((_("Recognised on that day"), fitting), (_("Not recognised on that day"), others))
    return [(label, choices) for label, choices in named if choices]


def _label(one: OfferedSpeaker) -> str:
    speaker = one.speaker
    parts = [speaker.person.full_name, f"{capfirst(speaker.get_tier_display())}, {speaker.unit.label}", speaker.spoken]
    if one.busy:
        parts.append(_("speaks elsewhere at that time"))
    return " · ".join(parts)
