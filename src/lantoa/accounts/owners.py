"""Who acts on an account of their own."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from lantoa.accounts.models import User


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner of an account, acting on that account alone."""

    user_id: int | None

    @classmethod
    def of(cls, user: User | AnonymousUser) -> "Owner":
        """Whoever is signed in."""
        return cls(user.pk)
