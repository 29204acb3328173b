"""What every bench needs: a database, servers on one core, load clients on the other."""
import contextlib
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from harness.database import make_database, make_template
from harness.postgres import Cluster
from harness.server import Server, free_port
from harness.town import Town

ROOT = pathlib.Path(__file__).resolve().parents[3]
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]
# As in production but for the sums: a bench is one address and few, busy people. The limits stay
# switched on, so that what they cost is measured too.
SETTINGS = {"account_rate": 100000, "account_burst": 1000000, "address_rate": 100000,
            "address_burst": 1000000, "room_rate": 1000000, "room_burst": 1000000,
            "address_connections": 100000, "connections": 100000, "log_level": "warn"}
DATABASE_CONF = """
shared_buffers = 512MB
max_wal_size = 4GB
checkpoint_timeout = 15min
"""


class BenchError(Exception):
    """A run that gave no figures, and why."""


@contextlib.contextmanager
def on_core(*cores):
    """What is started within runs there."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, set(cores))
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def median(values):
    return statistics.median(values) if values else 0


class Fan:
    """The load client of one server (tests/bench/fan/fan.h says what it understands)."""

    def __init__(self, program, target, count, people=None):
        argv = [program, "--protocol", target.protocol, "--port", target.port, "--host",
                target.host, "--count", count]
        for pid in target.pids:
            argv += ["--server", pid]
        for pid in target.database_pids:
            argv += ["--database", pid]
        if people:
            argv += ["--people", people]
        with on_core(LOAD_CORE):
            self.process = subprocess.Popen([str(a) for a in argv], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, text=True, bufsize=1)

    def start(self, line):
        print(line, file=self.process.stdin, flush=True)

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise BenchError(f"the load client ended with {self.process.wait()}")
        figures = json.loads(line)
        if "error" in figures:
            raise BenchError(figures["error"])
        return figures

    def ask(self, line):
        self.start(line)
        return self.answer()

    def close(self):
        if self.process.poll() is None:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()


class Target:
    """A server under load: where it is, what it speaks, which processes are its own."""
    host = "127.0.0.1"
    database_pids = ()
    people = None

    def __init__(self, who, protocol, port, pids):
        self.who, self.protocol, self.port, self.pids = who, protocol, port, pids

    def close(self):
        pass


class Process(Target):
    """A target that is a program of its own; it is up when its port takes connections."""

    def __init__(self, who, protocol, argv, port, folder):
        log = open(folder / f"{who}.log", "wb")
        with on_core(SERVER_CORE):
            self.process = subprocess.Popen([str(a) for a in argv], stdout=log, stderr=log,
                                            cwd=folder)
        log.close()
        super().__init__(who, protocol, port, [self.process.pid])
        wait_for_port(port, self.process, folder / f"{who}.log")

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def wait_for_port(port, process, log):
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise BenchError(f"{log.name}: {log.read_text(errors='replace')[-500:].strip()}")


class Hall(Target):
    """A hall-server on its own database, with a station to put communities in."""

    def __init__(self, stage, who="hall", database=None, **settings):
        self.stage = stage
        self.is_kept = database is not None
        self.database = database or make_database(stage.cluster)
        self.town = Town(self.database)
        self.station = self.town.station()
        self.folder = stage.folder / f"{who}-{self.database.name}"
        self.folder.mkdir()
        self.server = Server(self.folder, stage.programs, self.database.app_url,
                             **{**SETTINGS, **settings})
        self.start()
        super().__init__(who, "hall", self.server.port, [self.server.process.pid])
        self.database_pids = [stage.cluster.pid]

    def start(self):
        with on_core(SERVER_CORE):
            try:
                self.server.start()
            except AssertionError as problem:
                raise BenchError(str(problem)) from None
        self.pids = [self.server.process.pid]

    def fill_room(self, count, community=None):
        """People of one hall, each with a device; the file that names them to the load client."""
        community = community or self.town.community(self.station)
        people = self.town.residents(community, count)
        self.database.rows("VACUUM ANALYZE")
        return community, self.write_people([(p.token, community.hall_id) for p in people])

    def write_people(self, pairs):
        path = self.folder / "people"
        path.write_text("".join(f"{token} {room}\n" for token, room in pairs))
        return path

    def metrics(self):
        return self.server.metrics()

    def close(self):
        self.town.close()
        try:
            self.server.stop()
            self.server.check_log()
        except AssertionError as problem:
            print(f"!! {problem}", file=sys.stderr)
            if self.server.process:
                self.server.kill()
        if not self.is_kept:
            self.database.drop()


class Scene(contextlib.ExitStack):
    """Servers and load clients that are there at the same time, and end together."""

    def __init__(self, stage):
        super().__init__()
        self.stage = stage

    def take(self, closeable):
        self.callback(closeable.close)
        return closeable

    def hall(self, who="hall", **settings):
        return self.take(Hall(self.stage, who, **settings))

    def bare(self, mode):
        port = free_port()
        return self.take(Process(f"bare {mode}", "bare", [
            self.stage.programs / "bench_bare", "--port", port, "--mode", mode], port,
            self.stage.folder))

    def fan(self, target, count):
        return self.take(Fan(self.stage.programs / "bench_fan", target, count, target.people))


class Stage(contextlib.ExitStack):
    """What lasts for a whole bench: programs, a folder, a PostgreSQL."""

    def __init__(self, options):
        super().__init__()
        self.options = options
        self.programs = options.build_dir.resolve() / "bin"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hall-bench-"))
        self.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self._cluster = None

    def start_cluster(self, *cores, conf=""):
        """PostgreSQL on these cores; without a call it is on the load's."""
        cluster = Cluster()
        self.callback(cluster.destroy)
        with open(cluster.data / "postgresql.conf", "a", encoding="utf-8") as file:
            file.write(DATABASE_CONF + conf)
        with on_core(*cores):
            cluster.start()
            make_template(cluster)
        self.use(cluster)
        return cluster

    def use(self, cluster):
        """The databases of halls to come are made in this one."""
        self._cluster = cluster

    @property
    def cluster(self):
        return self._cluster or self.start_cluster(LOAD_CORE)

    def scene(self):
        return Scene(self)
