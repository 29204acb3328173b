"""The server as a process: started on a free port, watched, stopped, killed, started again."""
import http.client
import json
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import time

READY_TIMEOUT_S = 15
STOP_TIMEOUT_S = 20
PORTS = (12000, 32000)
# What must never stand in the log of a run, whatever else happens.
FATAL = re.compile(rb"AddressSanitizer|LeakSanitizer|UndefinedBehaviorSanitizer|runtime error:"
                   rb"|Assertion .* failed|buffer overflow detected")


def free_port():
    """Below those that the kernel gives to outgoing links: another worker's cannot take it before
    it is listened on, as happens with a port that bind() to 0 chose."""
    while True:
        port = random.randrange(*PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Server:
    """One hall-server. Settings are given by their environment names without HALL_, in lower case:
    Server(dir, programs, database_url, login_code_length=4)."""

    def __init__(self, folder, programs, database_url, **settings):
        self.folder = pathlib.Path(folder)
        self.programs = pathlib.Path(programs)
        self.key_file = self.folder / "key"
        self.log_file = self.folder / "server.log"
        self.port = settings.pop("port", None) or free_port()
        self.settings = {
            "database": database_url,
            "port": self.port,
            "key_file": self.key_file,
            "data_dir": self.folder / "data",
            **settings,
        }
        self.process = None
        self.exit_codes = []
        self.allowed_errors = []
        self._seen = 0
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        (self.folder / "data").chmod(0o700)
        if not self.key_file.exists():
            self.hallctl("key", "create", str(self.key_file))

    # -- addresses

    @property
    def http(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws(self):
        return f"ws://127.0.0.1:{self.port}/ws"

    # -- the process

    def environment(self):
        kept = {k: v for k, v in os.environ.items() if not k.startswith("HALL_")}
        own = {f"HALL_{k.upper()}": str(v) for k, v in self.settings.items()}
        return {**kept, "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0", **own}

    def start(self, wait=True):
        assert self.process is None, "it runs already"
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen([self.programs / "hall-server"], stdout=log, stderr=log,
                                            env=self.environment())
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self, timeout_s=READY_TIMEOUT_S):
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}:\n"
                                     + self.log()[-4000:])
            try:
                if self.get("/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.02)
        raise AssertionError("the server does not get ready:\n" + self.log()[-4000:])

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, timeout_s=STOP_TIMEOUT_S):
        """Waits until it has ended by itself; its exit code."""
        try:
            code = self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            self.process = None
            raise AssertionError("the server does not stop:\n" + self.log()[-4000:]) from None
        self.process = None
        self.exit_codes.append(code)
        return code

    def stop(self):
        """SIGTERM, as an operator ends it. Fails unless it ends with 0."""
        if self.process is None:
            return
        self.signal(signal.SIGTERM)
        code = self.wait()
        assert code == 0, f"the server ended with {code}:\n{self.log()[-4000:]}"

    def kill(self):
        """kill -9, as a power cut would."""
        self.process.kill()
        self.process.wait()
        self.process = None

    def restart(self):
        self.stop()
        return self.start()

    # -- what it says

    def log(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def allow_error(self, event):
        """A line `error <event>` is expected from now on (folder.what_happened)."""
        self.allowed_errors.append(event)

    def check_log(self):
        """Fails on reports of sanitizers and on lines of level error nobody allowed."""
        raw = self.log_file.read_bytes() if self.log_file.exists() else b""
        found = FATAL.search(raw)
        assert not found, "in the server's log:\n" + \
            raw[max(0, found.start() - 500):][:6000].decode(errors="replace")
        for line in raw.decode(errors="replace").splitlines():
            words = line.split(" ", 3)
            if len(words) >= 3 and words[1] == "error":
                assert words[2] in self.allowed_errors, f"the server logged: {line}"

    # -- talking to it

    def request(self, method, path, body=None, headers=None, timeout_s=10):
        """(status, headers, bytes) of one HTTP request."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)
        try:
            if isinstance(body, (dict, list)):
                body = json.dumps(body).encode()
                headers = {"Content-Type": "application/json", **(headers or {})}
            link.request(method, path, body, headers or {})
            answer = link.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, found, answer.read()
        finally:
            link.close()

    def get(self, path, headers=None):
        return self.request("GET", path, headers=headers)

    def metrics(self):
        """Every sample of /metrics, by its name with labels."""
        status, _, body = self.get("/metrics")
        assert status == 200
        samples = (line.rsplit(" ", 1) for line in body.decode().splitlines()
                   if line and not line.startswith("#"))
        return {name: float(value) for name, value in samples}

    def hallctl(self, *args, check=True, stdin=None, **environment):
        """Runs hallctl against this server's database and key; its output as text."""
        own = {"HALL_OPERATOR_DATABASE": operator_url(self.settings["database"]),
               "HALL_KEY_FILE": str(self.key_file), "HALL_URL": self.http, **environment}
        done = subprocess.run([self.programs / "hallctl", *map(str, args)], check=False,
                              capture_output=True, text=True, input=stdin,
                              env={**os.environ, **own})
        assert not check or done.returncode == 0, \
            f"hallctl {' '.join(map(str, args))}: {done.returncode}\n{done.stderr}"
        return done.stdout if check else done


def operator_url(app_url):
    return app_url.replace("user=hall_app", "user=postgres")
