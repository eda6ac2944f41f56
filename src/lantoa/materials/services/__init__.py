"""The use cases of the library: entries, versions and their review, sharing, the ledger."""

from lantoa.materials.services.entries import change_material, register_material, withdraw_material
from lantoa.materials.services.ledger import correct_publication, record_publication
from lantoa.materials.services.sharing import revoke_link, share_material
from lantoa.materials.services.versions import Content, accept_version, return_version, write_version

__all__ = [
    "Content",
    "accept_version",
    "change_material",
    "correct_publication",
    "record_publication",
    "register_material",
    "return_version",
    "revoke_link",
    "share_material",
    "withdraw_material",
    "write_version",
]
