"""The documents of a campaign on paper. Their wording is that of Party documents: always Vietnamese."""
