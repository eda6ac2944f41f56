"""The forms of campaigns, plans and summons, split by noun."""
