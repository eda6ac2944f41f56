"""Who speaks at a session."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lantoa.audit.services import record
from lantoa.audit.usecases import use_case
from lantoa.organizations.actors import Actor
from lantoa.organizations.errors import Stale
from lantoa.organizations.restricting import unrestricted
from lantoa.speakers.models import Speaker
from lantoa.study_sessions.errors import SpeakerNotOffered
from lantoa.study_sessions.models import ProgrammeItem, StudySession
from lantoa.study_sessions.selectors import ProgrammeLine, programme_of
from lantoa.study_sessions.services.guarding import permit_and_lock


@use_case
def choose_speakers(
    *, actor: Actor, session: StudySession, version: int, chosen: Mapping[int, int | None]
) -> StudySession:
    """Let speakers of the register speak at the items of the programme: by position the number of the recognition, None
    for nobody of the register. A guest's name stays where nobody is chosen; an item that is not named stays as it is.

    That the recognition does not cover the day, or that somebody speaks elsewhere at the same time, is shown and not
    refused. A repeated submit that would change nothing gives the session as it is.
    Raises NotPermitted, SessionIsCancelled, CampaignNotRunning, Stale, SpeakerNotOffered.
    """
    locked = permit_and_lock(actor=actor, session=session)
    items = {item.position: item for item in locked.programme.all()}
    changed = [
        item for position, item in items.items() if position in chosen and chosen[position] != item.recognised_id
    ]
    if not changed:
        return locked
    if locked.version != version:
        raise Stale
    wanted = {number for item in changed if (number := chosen[item.position]) is not None}
    offered = unrestricted(Speaker.objects.offered_to(locked.host).filter(pk__in=wanted))
    if set(offered.values_list("pk", flat=True)) != wanted:
        raise SpeakerNotOffered
    for item in changed:
        item.recognised_id = chosen[item.position]
        item.speaker = ""
    ProgrammeItem.objects.bulk_update(changed, ["recognised", "speaker"])
    locked.version += 1
    locked.save(update_fields=["version"])
    facts = {"items": len(changed)}
    record(actor=actor, action="study_sessions.choose_speakers", about=locked, unit=locked.host, facts=facts)
    return locked


def write_programme(session: StudySession, lines: Sequence[ProgrammeLine]) -> None:
    """Give a session without a programme these items, in this order."""
    ProgrammeItem.objects.bulk_create(
        ProgrammeItem(
            session=session,
            position=position,
            hour=line.hour,
            title=line.title,
            speaker=line.speaker if line.speaker_id is None else "",
            recognised_id=line.speaker_id,
        )
        for position, line in enumerate(lines, start=1)
    )


def with_known_speakers(session: StudySession, lines: Sequence[ProgrammeLine]) -> list[ProgrammeLine]:
    """The lines as typed, each linked to the speaker of the register who is linked to the same name now: at the same
    item, or anywhere where only one of that name is linked."""
    linked = [line for line in programme_of(session) if line.speaker_id is not None]
    at = {(line.title, line.speaker): line.speaker_id for line in linked}
    named: dict[str, set[int | None]] = {}
    for line in linked:
        named.setdefault(line.speaker, set()).add(line.speaker_id)
    return [replace(line, speaker_id=_known(line, at, named)) for line in lines]


def _known(
    line: ProgrammeLine, at: Mapping[tuple[str, str], int | None], named: Mapping[str, set[int | None]]
) -> int | None:
    if line.speaker_id is not None:
        return line.speaker_id
    if found := at.get((line.title, line.speaker)):
        return found
    candidates = named.get(line.speaker, set())
    return next(iter(candidates)) if len(candidates) == 1 else None
