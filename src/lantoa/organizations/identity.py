"""What upper apps know about two records that are to become one person.

Whatever refers to a person by a foreign key is moved and moved back without being named anywhere. An app whose rows
cannot all move registers which of them stay, in `AppConfig.ready`, so that no import runs upward.
"""

from collections.abc import Callable

Staying = Callable[[int, int], set[int]]
"""Given the number of the record that is kept and of the one that goes into it: the rows of the model that stay with
the latter. Raises a Refusal where the two cannot become one."""

_staying: dict[str, Staying] = {}


def register(model_label: str, staying: Staying) -> None:
    """Ask `staying` about the rows of that model before two records are merged."""
    _staying[model_label] = staying


def staying(kept_id: int, merged_id: int) -> dict[str, set[int]]:
    """The rows that stay, by model. Raises the first Refusal of an upper app."""
    return {label: ask(kept_id, merged_id) for label, ask in _staying.items()}
