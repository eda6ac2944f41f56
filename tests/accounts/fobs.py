"""A security key made of nothing but figures: it answers as a real one does (WebAuthn without attestation)."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor

HOST, ORIGIN = "localhost", "http://localhost"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def written(data: bytes) -> str:
    """Bytes as WebAuthn writes them into JSON."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Fob:
    """One key pair, and the number under which it is known."""

    pair: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    number: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    origin: str = ORIGIN

    def added(self, question: dict[str, Any]) -> str:
        """The answer to the question that adds it."""
        asked = question["creation_options"]["publicKey"]
        said = self._said("webauthn.create", asked["challenge"])
        seen = self._seen(ATTESTED) + bytes(16) + len(self.number).to_bytes(2, "big") + self.number + self._public()
        attested = cbor.encode({"fmt": "none", "attStmt": {}, "authData": seen})
        return self._answer(clientDataJSON=said, attestationObject=attested)

    def confirmed(self, question: dict[str, Any]) -> str:
        """The answer to the question at a sign-in."""
        asked = question["request_options"]["publicKey"]
        said, seen = self._said("webauthn.get", asked["challenge"]), self._seen(0)
        signature = self.pair.sign(seen + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=said, authenticatorData=seen, signature=signature)

    def _said(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _seen(self, flags: int) -> bytes:
        host = hashlib.sha256(HOST.encode()).digest()
        return host + bytes([PRESENT | VERIFIED | flags]) + bytes(4)

    def _public(self) -> bytes:
        point = self.pair.public_key().public_numbers()
        return cbor.encode({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})

    def _answer(self, **response: bytes) -> str:
        known = written(self.number)
        values = {name: written(value) for name, value in response.items()}
        return json.dumps(
            {"id": known, "rawId": known, "type": "public-key", "response": values, "clientExtensionResults": {}}
        )
