"""What stands on and around a site's first page: highlights, banners, contact, special pages, the way through it."""
