"""What may be counted: each app registers its kinds, so that nobody can invent subjects by asking for them."""

from collections.abc import Callable, Collection

Existing = Callable[[Collection[int]], Collection[int]]
SITE = "site"
_KINDS: dict[str, Existing] = {}


def register(kind: str, existing: Existing) -> None:
    """Let subjects of `kind` be counted; `existing` says which of some numbers are objects that anybody may read. Call
    it in `AppConfig.ready`."""
    _KINDS[kind] = existing


def is_known(kind: str) -> bool:
    """Whether subjects of this kind are counted."""
    return kind in _KINDS


def existing(subjects: Collection[tuple[str, int]]) -> set[tuple[str, int]]:
    """Those of the subjects that there are (one query for each kind)."""
    by_kind: dict[str, set[int]] = {}
    for kind, object_id in subjects:
        by_kind.setdefault(kind, set()).add(object_id)
    return {
        (kind, object_id) for kind, ids in by_kind.items() if kind in _KINDS for object_id in _KINDS[kind](sorted(ids))
    }
