"""`python -m lantoa` is the command `lantoa`."""

import sys

from lantoa.config.cli import main

if __name__ == "__main__":
    sys.exit(main())
