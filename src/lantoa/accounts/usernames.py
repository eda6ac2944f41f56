"""Sign-in names: which may be taken, and which are offered."""

import re
from collections.abc import Iterable

from django.db.models import Q

from lantoa.accounts.errors import UsernameInvalid, UsernameTaken
from lantoa.accounts.models import User
from lantoa.kernel.vietnamese import fold, normalise

_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,59}")
_ROOM = 40
"""The letters of an offered name, which somebody has to type, without the number behind it."""


def checked_username(username: str, *, besides: User | None = None) -> str:
    """The name as it is stored. Raises UsernameInvalid, UsernameTaken (by another account than `besides`)."""
    username = normalise(username)
    if not _USERNAME.fullmatch(username):
        raise UsernameInvalid(field="username")
    if User.objects.filter(username__iexact=username).exclude(pk=besides.pk if besides else 0).exists():
        raise UsernameTaken(field="username", username=username)
    return username


def suggested_username(full_name: str) -> str:
    """A sign-in name made of a person's name: `Lò Văn Minh` gives `lo.van.minh`."""
    return re.sub(r"[^a-z0-9]+", ".", fold(full_name)).strip(".")[:60]


def free_usernames(full_names: Iterable[str]) -> list[str]:
    """A name that nobody has for each of the people, in their order (one query): of two of the same name the second
    gets a number behind it."""
    bases = [suggested_username(name)[:_ROOM].strip(".") or "tai.khoan" for name in full_names]
    if not bases:
        return []
    like = Q()
    for base in set(bases):
        like |= Q(username__istartswith=base)
    taken = {username.lower() for username in User.objects.filter(like).values_list("username", flat=True)}
    found = []
    for base in bases:
        found.append(_free(base, taken))
        taken.add(found[-1])
    return found


def _free(base: str, taken: set[str]) -> str:
    name, number = base, 1
    while name in taken or not _USERNAME.fullmatch(name):
        number += 1
        name = f"{base}.{number}"
    return name
