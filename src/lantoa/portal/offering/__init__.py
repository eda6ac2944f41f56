"""Figures of the work on their way to the portal: an officer gives them out, an editor gets a draft with them."""
