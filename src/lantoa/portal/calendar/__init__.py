"""The calendar for everybody: sessions that whoever sets them up has opened to the public."""
