"""Runs the command line as ``python -m migrator``, with no module of the folder in which it is started."""

import sys

_HOME = __file__.replace("\\", "/").rpartition("/migrator/")[0]

if not sys.flags.safe_path:
    # Python looks there first, and it may be a repository under scan: no `copy.py` of it must be run.
    started = sys.path.pop(0)
    if started.replace("\\", "/") == _HOME:
        sys.path.append(started)

from migrator.cli import main  # noqa: E402 - not before the path is safe

if __name__ == "__main__":
    main()
