"""The site as it is served, with one worker, and clients that ask it over connections they keep."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from flask import Flask

from bench.measuring import milliseconds, where_is

READY_WITHIN_S = 60.0


@contextmanager
def one_worker(app: Flask) -> Iterator[int]:
    """gunicorn as under script/server, with one worker; its port. Raises RuntimeError when it does not start."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "SECRET_KEY": "bench",
        "ASSETREG_VAR": str(app.config["VAR"]),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_WORKERS": "1",
    }
    command = [sys.executable, "-P", "-m", "gunicorn", "-c", str(where_is("script/lib/gunicorn.conf.py"))]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(port, server)
        yield port
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    """Return once it answers."""
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until and server.poll() is None:
        try:
            if get(http.client.HTTPConnection("127.0.0.1", port), "/health/ready") == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("The web server did not start.")


def get(connection: http.client.HTTPConnection, address: str) -> int:
    """Ask for a page and read it whole; its status."""
    connection.request("GET", address)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def one_after_another(port: int, addresses: Sequence[str]) -> list[float]:
    """How long each page takes when one person asks, in milliseconds. Raises RuntimeError when one is not answered."""
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def ask(address: str) -> None:
        if get(connection, address) != 200:
            raise RuntimeError(f"{address} was not answered")

    return [milliseconds(lambda address=address: ask(address)) for address in addresses]  # type: ignore[misc]


def a_second(port: int, addresses: Sequence[str], people: int) -> float:
    """How many pages are answered in a second while so many people ask all the time."""
    shares = [addresses[number::people] for number in range(people)]
    began = time.monotonic()
    with ThreadPoolExecutor(people) as pool:
        for _ in pool.map(lambda share: one_after_another(port, share), shares):
            pass
    return len(addresses) / (time.monotonic() - began)
