"""Runs programs in forks of a process that has loaded HTTP clients once, which takes longer than most programs do.

The arguments are the modules to load. Each line of standard input is a job; the exit status of the program is the line
that answers it. The fork leaves the loop and runs the program as the main module, so that the interpreter ends as it
would after any program.
"""

import gc
import importlib
import json
import os
import runpy
import signal
import sys
from pathlib import Path

import sitecustomize


def next_job():
    """Returns a job, in a fork for it; ends the process when there is none left."""
    for line in sys.stdin:
        if (child := os.fork()) == 0:
            return json.loads(line)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    sys.exit()


def become(job):
    """Gives the process the surroundings of a program."""
    signal.alarm(job["timeout"])
    with Path(job["errors"]).open("wb") as errors, Path(os.devnull).open("r+b") as nothing:
        for own, theirs in enumerate((nothing, nothing, errors)):
            os.dup2(theirs.fileno(), own)
    os.chdir(job["folder"])
    os.environ.update(job["env"])
    sitecustomize.PORT = job["port"]
    sys.path[:0] = [job["folder"], *job["path"]]


for module in sys.argv[1:]:
    importlib.import_module(module)
if "pycurl" in sys.modules:
    sitecustomize.guard_curl(sys.modules["pycurl"])
gc.freeze()  # so that a fork neither copies nor collects what is loaded
job = next_job()
become(job)
module, sys.argv = job["module"], job["arguments"]
sys.path.remove(str(Path(__file__).parent))
del sys.modules["__main__"]
if module:
    runpy.run_module(module, run_name="__main__", alter_sys=True)
else:
    runpy.run_path(sys.argv[0], run_name="__main__")
