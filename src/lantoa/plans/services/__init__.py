"""The use cases of campaigns, plans and summons, split by noun."""
