"""The pages on which an administrator opens the portal site of a unit and changes its name, address and look."""
