"""script/server: set up, migrate, load the sample city, run the web server and the worker until told to stop."""

from __future__ import annotations

import ctypes
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time

from cluster import Cluster
from database import is_private, register_database, secret_key
from environment import environment, prepare
from places import LIB, PYTHON, ROOT
from say import Stop, run, step

READY_LIMIT_S = 60.0
STOP_LIMIT_S = 15.0
# What ends by itself is started again, unless it did so before as recently as this.
AGAIN_AFTER_S = 60.0
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


class Program:
    """One of the programs that serve, started at once; `name` is what the person is told."""

    def __init__(self, name: str, arguments: list[str], settings: dict[str, str]) -> None:
        self.name = name
        self.arguments = arguments
        self.settings = settings
        self.ended = -AGAIN_AFTER_S
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        """Start it in a session of its own: Ctrl-C reaches it through us, and it ends when we are killed."""
        return subprocess.Popen(
            [str(PYTHON), "-P", *self.arguments],
            cwd=ROOT,
            env=self.settings,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )

    def keep_up(self) -> None:
        """Start it again when it ended by itself. Raises Stop when it keeps doing so."""
        status = self.process.poll()
        if status is None:
            return
        if time.monotonic() - self.ended < AGAIN_AFTER_S:
            raise Stop(f"The {self.name} keeps ending (status {status}), so everything is stopped; see above.")
        self.ended = time.monotonic()
        step(f"The {self.name} ended (status {status}); starting it again.")
        self.process = self.start()


def main() -> int:
    """Everything from a fresh clone to a running register."""
    host = os.environ.get("HOST") or "127.0.0.1"
    port = read_port(os.environ.get("PORT") or "8000")
    check_address(host, port)
    prepare(postgres=is_private())
    with register_database() as database:
        settings = environment(DATABASE_URL=database.url, SECRET_KEY=secret_key(), HOST=host, PORT=str(port))
        readying = start_readying(settings)
        programs: list[Program] = []
        try:
            # Nothing can be served before the tables are there. When they are, nobody has to wait for a second look.
            sign_ins = None if database.is_up_to_date() else finish_readying(readying)
            web = Program("web server", ["-m", "gunicorn", "-c", str(LIB / "gunicorn.conf.py")], settings)
            programs.append(web)
            wait_until_ready(web, host, port)
            sign_ins = finish_readying(readying) if sign_ins is None else sign_ins
            programs.append(Program("worker", ["-m", "assetreg", "work"], settings))
            print(f"\n{sign_ins}\n\nThe register is at http://{address(host, port)}/ (Ctrl-C stops it)", flush=True)
            watch(programs, database.cluster)
        except KeyboardInterrupt:
            step("Stopping …")
        finally:
            stop(programs)
            readying.terminate()
            readying.wait()
    return 0


def read_port(said: str) -> int:
    """The port as a number."""
    if not (said.isascii() and said.isdigit() and 0 < int(said) < 65536):
        raise Stop(f"PORT is {said!r}; it must be a number from 1 to 65535.")
    return int(said)


def check_address(host: str, port: int) -> None:
    """Raise Stop when the web server could not listen there: better now than after three minutes of setting up."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            raise Stop(
                f"Port {port} is already in use. Stop what uses it, or choose another: PORT={port + 1} script/server"
            ) from None
        if problem.errno == errno.EACCES:
            raise Stop(f"This account may not listen on port {port}. Choose a port from 1024 up.") from None
        raise Stop(f"HOST is {host!r}, which is not an address of this machine. Leave it out for 127.0.0.1.") from None


def start_readying(settings: dict[str, str]) -> subprocess.Popen[str]:
    """Begin to migrate, and to load the sample city when the register is empty."""
    command = [str(PYTHON), "-P", str(LIB / "ready.py")]
    return subprocess.Popen(
        command, cwd=ROOT, env=settings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )


def finish_readying(readying: subprocess.Popen[str]) -> str:
    """Wait until the register is ready; who can sign in. Ends the script when that failed (it has said why)."""
    said, _ = readying.communicate()
    if readying.returncode != 0:
        sys.exit(readying.returncode)
    return said.strip()


def wait_until_ready(web: Program, host: str, port: int) -> None:
    """Wait for the first answer of the web server. Raises Stop when it ends or stays silent."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    deadline = time.monotonic() + READY_LIMIT_S
    while time.monotonic() < deadline:
        if web.process.poll() is not None:
            raise Stop("The web server did not start; the reason stands above.")
        connection = http.client.HTTPConnection(reachable, port, timeout=5)
        try:
            connection.request("GET", "/health/live")
            connection.getresponse()
        except OSError:
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()
    raise Stop(f"The web server did not answer within {READY_LIMIT_S:.0f} seconds.")


def watch(programs: list[Program], cluster: Cluster | None) -> None:
    """Keep everything up until interrupted. Raises Stop when something keeps ending."""
    revived = -AGAIN_AFTER_S
    while True:
        time.sleep(1)
        for program in programs:
            program.keep_up()
        if cluster and cluster.server() is None and cluster.revive():
            if time.monotonic() - revived < AGAIN_AFTER_S:
                raise Stop(f"The database keeps ending, so everything is stopped; see {cluster.folder / 'server.log'}.")
            revived = time.monotonic()
            step("The database had ended; it was started again.")


def stop(programs: list[Program]) -> None:
    """Ask every program to finish what it is doing, and end those that do not."""
    running = [program for program in programs if program.process.poll() is None]
    for program in running:
        program.process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_LIMIT_S
    for program in running:
        try:
            program.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            step(f"The {program.name} did not finish in {STOP_LIMIT_S:.0f} seconds and was ended.")
            program.process.kill()
            program.process.wait()


def address(host: str, port: int) -> str:
    """Host and port as they stand in a URL."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def end_with_parent() -> None:
    """Ask the kernel to end this process when the script that started it is killed."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    run(main)
