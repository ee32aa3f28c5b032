"""`python -m bot` and the command `giffusion`."""

import sys

from bot.cli import main

if __name__ == "__main__":
    sys.exit(main())
