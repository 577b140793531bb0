"""``python -m sgdtheory`` is the command ``sgdtheory``."""

import sys

from sgdtheory.cli import main

if __name__ == "__main__":
    sys.exit(main())
