"""The use cases of the register: its entries, and how they stand to each other."""

from lantoa.directives.services.entries import change_directive, register_directive
from lantoa.directives.services.relations import relate_directives, unrelate_directives

__all__ = ["change_directive", "register_directive", "relate_directives", "unrelate_directives"]
