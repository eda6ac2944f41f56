"""How passwords are hashed."""

from unicodedata import normalize

from django.contrib.auth.hashers import Argon2PasswordHasher


class ModestArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane: the least that OWASP's password storage guidance asks for.

    Django's own 100 MiB a sign-in would bring down a commune's small server on a morning when an office signs in.

    A password is hashed in the composed form of Unicode (NFC): Vietnamese letters reach us composed from one keyboard
    and decomposed from another, and must be the same password.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """The password hashed."""
        return super().encode(normalize("NFC", password), salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Whether it is the password that was hashed."""
        return super().verify(normalize("NFC", password), encoded)
