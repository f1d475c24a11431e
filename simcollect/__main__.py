"""Run the command line as ``python -m simcollect``."""

from __future__ import annotations

from simcollect.cli import main

if __name__ == "__main__":
    main()
