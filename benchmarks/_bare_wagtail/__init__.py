"""The least that Wagtail shows: a page of one text, through the same server and middleware as the portal."""
