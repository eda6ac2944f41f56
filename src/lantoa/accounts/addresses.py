"""E-mail addresses: each leads to one account, since people sign in by them, here and through another system."""

from django.db import connection

from lantoa.accounts.models import User

_TURN = "SELECT pg_advisory_xact_lock(hashtext('lantoa.accounts.address'), hashtext(upper(%s)))"


def is_taken(email: str, *, besides: User | None = None) -> bool:
    """Whether another account than `besides` has the address, in whatever case. Who gives it to an account afterwards
    does so in the same transaction: whoever asks for the same address meanwhile waits for its end."""
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [email])
    return User.objects.exclude(pk=besides.pk if besides else 0).filter(email__iexact=email).exists()
