"""The secrets of share links: derived with the secret key, never stored.

An address carries 240 bits that only this installation can derive from the row, so that the page can show it again
while the table keeps a keyed hash alone.
"""

import base64

from django.utils.crypto import salted_hmac

from lantoa.materials.models import ShareLink

LENGTH = 40


def secret_of(link: ShareLink) -> str:
    """What stands in the address of the link."""
    digest = salted_hmac("materials.links.secret", str(link.client_id), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode()[:LENGTH]


def digest_of(secret: str) -> str:
    """The hash under which a link is found."""
    return salted_hmac("materials.links.digest", secret, algorithm="sha256").hexdigest()
