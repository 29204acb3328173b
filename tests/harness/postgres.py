"""A private PostgreSQL cluster for a test run: unix socket only, thrown away afterwards."""
import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

import psycopg

CONF = """
listen_addresses = ''
unix_socket_directories = '{dir}'
shared_buffers = 128MB
max_connections = 120
max_wal_size = 1GB
log_min_messages = warning
log_statement = 'none'
"""


def newest_bin():
    """The folder of the newest PostgreSQL that Debian has installed."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"),
                   key=lambda p: int(p.parts[4]))
    if not found:
        raise RuntimeError("no PostgreSQL is installed; ./hall test installs it")
    return found[-1].parent


def run_as():
    """How a command runs as somebody PostgreSQL accepts: it refuses root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Cluster:
    """One cluster: start, stop, kill -9 and SIGSTOP; databases come from create_database."""

    def __init__(self, checksums=True):
        self.bin = newest_bin()
        # Below /tmp, because the path of a socket is short and the user is not ours.
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="hall-pg-", dir="/tmp"))
        self.as_user = run_as()
        self.environment = {}  # of the postmaster, beside ours
        if self.as_user:
            os.chown(self.dir, self.as_user["user"], self.as_user["group"])
        self.dir.chmod(0o755)
        self.data = self.dir / "data"
        self.checksums = checksums
        self.make()

    def make(self):
        """An empty cluster in its folder, in the place of what is there."""
        shutil.rmtree(self.data, ignore_errors=True)
        self._run("initdb", "-D", self.data, "-U", "postgres", "--auth=trust", "--encoding=UTF8",
                  "--locale=C.UTF-8", *(["--data-checksums"] if self.checksums else []))
        with open(self.data / "postgresql.conf", "a", encoding="utf-8") as conf:
            conf.write(CONF.format(dir=self.dir))

    def _run(self, program, *args, check=True):
        done = subprocess.run([self.bin / program, *map(str, args)], cwd="/", check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **self.as_user)
        if check and done.returncode:
            raise RuntimeError(f"{program}: {done.stdout.decode(errors='replace')}")
        return done

    def configure(self, **settings):
        """ALTER SYSTEM and reload; a value of None resets it."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as link:
            for name, value in settings.items():
                link.execute(f"ALTER SYSTEM RESET {name}" if value is None
                             else f"ALTER SYSTEM SET {name} = '{value}'")
            link.execute("SELECT pg_reload_conf()")

    def start(self):
        log = self.dir / "log"
        # A killed postmaster that nobody reaped yet still has its number: PostgreSQL would take it
        # for a living one.
        if (self.data / "postmaster.pid").exists() and not alive(self.pid):
            (self.data / "postmaster.pid").unlink()
            (self.dir / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
        # pg_ctl's own output must not be a pipe: the postmaster would keep it open.
        done = subprocess.run([self.bin / "pg_ctl", "-D", self.data, "-s", "-w", "-t", "60",
                               "-l", log, "start"], cwd="/", check=False,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              env={**os.environ, **self.environment}, **self.as_user)
        if done.returncode:
            raise RuntimeError(f"PostgreSQL does not start: {log.read_text()[-2000:]}")

    def stop(self, mode="fast"):
        self._run("pg_ctl", "-D", self.data, "-s", "-w", "-m", mode, "stop", check=False)

    @property
    def pid(self):
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def children(self):
        """Every process of the cluster but the postmaster."""
        path = f"/proc/{self.pid}/task/{self.pid}/children"
        return [int(p) for p in pathlib.Path(path).read_text().split()]

    def cpu_seconds(self):
        """Of all its processes, those that have ended included."""
        ticks = 0
        for pid in [*self.children(), self.pid]:  # what ends meanwhile is in the postmaster's sum
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                ticks += sum(map(int, fields[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def kill(self):
        """kill -9 of the postmaster and all its children, then wait until they are gone."""
        pids = [self.pid, *self.children()]
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and any(alive(pid) for pid in pids):
            time.sleep(0.01)

    def pause(self):
        """Stops every process where it is: a database that neither answers nor refuses."""
        for pid in [self.pid, *self.children()]:
            os.kill(pid, signal.SIGSTOP)

    def resume(self):
        for pid in [self.pid, *self.children()]:
            os.kill(pid, signal.SIGCONT)

    def heal(self):
        """Running again, whatever was done to it."""
        if (self.data / "postmaster.pid").exists() and alive(self.pid):
            self.resume()
        else:
            self.start()

    def url(self, database, user="postgres"):
        return f"host={self.dir} user={user} dbname={database}"

    def create_database(self, name, template=None):
        with psycopg.connect(self.url("postgres"), autocommit=True) as link:
            link.execute(f'CREATE DATABASE "{name}"'
                         + (f' TEMPLATE "{template}"' if template else ""))

    def drop_database(self, name):
        with psycopg.connect(self.url("postgres"), autocommit=True) as link:
            link.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def destroy(self):
        if (self.data / "postmaster.pid").exists():
            self.stop("immediate")
        shutil.rmtree(self.dir, ignore_errors=True)


def alive(pid):
    """Whether a process is there and not only a zombie."""
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"
