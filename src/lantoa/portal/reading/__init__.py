"""Reading an article, and what programs read of a portal: sound, versions, pictures of links, structured data."""
