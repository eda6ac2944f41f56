"""What the pages of campaigns, plans and summons read, split by noun."""
