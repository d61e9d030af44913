"""Leads every connection of a program under test to the loopback server, and refuses all others.

Python imports this at start, before the program, because its folder is on ``PYTHONPATH``. It works below the HTTP
clients, at sockets and TLS contexts, so that it is the same for all of them.
"""

import _socket
import errno
import os
import socket
import ssl
import time

LOOPBACK = "127.0.0.1"
PORT = 0  # `host` sets it for each program
AUTHORITY = os.environ["LOOPBACK_AUTHORITY"]
SERVICES = {"http": 80, "https": 443}


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):  # noqa: A002 - the library's names
    if family not in (0, socket.AF_INET):
        raise socket.gaierror(socket.EAI_NONAME, f"{host} has no address but {LOOPBACK}")
    number = SERVICES.get(port, 0) if isinstance(port, str) and not port.isdecimal() else int(port or 0)
    kind = type or socket.SOCK_STREAM
    return [(socket.AF_INET, kind, socket.IPPROTO_TCP, "", (LOOPBACK, number))]


class Guarded(_socket.socket):
    """What sockets that others derive from the built-in one (gevent) are made of."""

    __slots__ = ()

    def connect(self, address):
        return _connect(self, _routed(self, address))

    def connect_ex(self, address):
        return _connect_ex(self, _routed(self, address))

    def sendto(self, *_):
        raise OSError(errno.ENETUNREACH, "programs under test send no datagrams")


def trusting(own, *arguments, **options):
    context = _new_context(own, *arguments, **options)
    context.load_verify_locations(AUTHORITY)
    return context


def guard_curl(pycurl):
    """Makes the handles of pycurl, whose sockets and TLS are not Python's, go the same way."""

    class Curl(pycurl.Curl):
        def __init__(self):
            super().__init__()
            self._lead()

        def reset(self):
            super().reset()
            self._lead()

        def _lead(self):
            self.setopt(pycurl.CONNECT_TO, [f"::{LOOPBACK}:{PORT}"])
            self.setopt(pycurl.CAINFO, AUTHORITY)
            self.setopt(pycurl.PROXY, "")

    pycurl.Curl = Curl


def _routed(own, address):
    if own.family == socket.AF_UNIX:
        return address
    if own.family == socket.AF_INET and (address[0] == LOOPBACK or not _is_number(address[0])):
        return (LOOPBACK, PORT)
    raise OSError(errno.ENETUNREACH, f"{address[0]} is not reached through the loopback server")


def _is_number(host):
    try:
        socket.inet_aton(host)
    except OSError:
        return False
    return True


_connect, _connect_ex = _socket.socket.connect, _socket.socket.connect_ex
_socket.getaddrinfo = socket.getaddrinfo = getaddrinfo
_socket.gethostbyname = socket.gethostbyname = lambda _: LOOPBACK
_socket.socket = Guarded
for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, vars(Guarded)[name])
_new_context = ssl.SSLContext.__new__
ssl.SSLContext.__new__ = staticmethod(trusting)
_sleep = time.sleep
time.sleep = lambda seconds: _sleep(min(seconds, 0.01))
