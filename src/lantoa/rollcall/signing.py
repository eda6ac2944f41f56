"""The server's signature under what phones keep: ECDSA P-256 with SHA-256, by a key that follows from the secret."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of P-256 (SEC 2, 2.4.2)."""
_HALF = 32
"""The bytes of each of the numbers r and s, and of a coordinate."""


def sign(content: bytes) -> str:
    """The signature over the bytes: `r ‖ s`, base64url without padding, as WebCrypto verifies it."""
    r, s = decode_dss_signature(_key(settings.SECRET_KEY).sign(content, ec.ECDSA(SHA256())))
    return base64url(r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big"))


def is_ours(content: bytes, signature: str) -> bool:
    """Whether this server signed the bytes."""
    try:
        raw = from_base64url(signature)
    except ValueError:
        return False
    if len(raw) != 2 * _HALF:
        return False
    parts = encode_dss_signature(int.from_bytes(raw[:_HALF], "big"), int.from_bytes(raw[_HALF:], "big"))
    try:
        _key(settings.SECRET_KEY).public_key().verify(parts, content, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def public_key() -> dict[str, str]:
    """The key by which phones verify, as a JWK."""
    point = _key(settings.SECRET_KEY).public_key().public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": base64url(point.x.to_bytes(_HALF, "big")),
        "y": base64url(point.y.to_bytes(_HALF, "big")),
    }


def base64url(content: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(content).decode("ascii").rstrip("=")


def from_base64url(text: str) -> bytes:
    """What such a text stands for. Raises ValueError where it is none."""
    try:
        return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (Error, UnicodeEncodeError) as error:
        raise ValueError(text) from error


@cache
def _key(secret: str) -> ec.EllipticCurvePrivateKey:
    """The private key: 48 bytes of HKDF, taken modulo the order of the group (FIPS 186-5, A.2.1)."""
    drawn = HKDF(algorithm=SHA256(), length=48, salt=None, info=b"lantoa.rollcall.signing").derive(secret.encode())
    return ec.derive_private_key(int.from_bytes(drawn, "big") % (_ORDER - 1) + 1, ec.SECP256R1())
