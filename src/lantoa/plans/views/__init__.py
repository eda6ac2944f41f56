"""The pages of campaigns, plans and summons, split by noun."""
