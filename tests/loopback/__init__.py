"""Runs programs against a server on the loopback interface that stands for every host, and compares what they send."""

from loopback.compare import equal_but_for_credential
from loopback.program import CLIENTS, ProgramError, record
from loopback.server import Recorded, Reply

__all__ = ["CLIENTS", "ProgramError", "Recorded", "Reply", "equal_but_for_credential", "record"]
