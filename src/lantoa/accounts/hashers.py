"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class ModestArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane: the least that OWASP's password storage guidance asks for.

    Django's own 100 MiB a sign-in would bring down a commune's small server on a morning when an office signs in.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
