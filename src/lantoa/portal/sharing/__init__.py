"""Articles that a site offers to those below it, shown there as they stand: Wagtail's aliases follow the original."""
