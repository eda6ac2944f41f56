"""Reads about long work."""

from lantoa.jobs.enums import JobState
from lantoa.jobs.models import Job
from lantoa.ui.states import State, Tone

_STATES = {
    JobState.WAITING: (Tone.NEUTRAL, "clock"),
    JobState.RUNNING: (Tone.INFO, "hourglass-split"),
    JobState.DONE: (Tone.SUCCESS, ""),
    JobState.FAILED: (Tone.DANGER, ""),
    JobState.CANCELLED: (Tone.WARNING, "slash-circle"),
}


def state_of(job: Job) -> State:
    """The job's state as a badge."""
    state = JobState(job.state)
    tone, icon = _STATES[state]
    return State(state.label, tone, icon)
