"""What editors see of the counters of a portal, and what its former counter had."""
