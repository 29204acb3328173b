"""The real HAProxy with the configuration of production, in front of a server."""
import os
import pathlib
import socket
import ssl
import subprocess
import time

from harness.server import free_port

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONFIG = ROOT / "server/deploy/haproxy.cfg"


class Proxy:
    def __init__(self, folder, backend):
        self.folder = folder
        self.https_port, self.http_port = free_port(), free_port()
        self.certificate = folder / "cert.pem"
        self._make_certificate()
        self.environment = {**os.environ, "HALL_HTTPS_BIND": f"127.0.0.1:{self.https_port}",
                            "HALL_HTTP_BIND": f"127.0.0.1:{self.http_port}",
                            "HALL_CERT": str(folder / "hall.pem"), "HALL_BACKEND": backend}
        self.process = None

    def _make_certificate(self):
        key = self.folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                        "-keyout", key, "-out", self.certificate], check=True, capture_output=True)
        (self.folder / "hall.pem").write_bytes(self.certificate.read_bytes() + key.read_bytes())

    def check(self):
        """What `haproxy -c` says of the configuration."""
        return subprocess.run(["haproxy", "-c", "-f", CONFIG], env=self.environment, check=False,
                              capture_output=True, text=True)

    def start(self):
        log = open(self.folder / "haproxy.log", "wb")
        self.process = subprocess.Popen(["haproxy", "-db", "-f", CONFIG], env=self.environment,
                                        stdout=log, stderr=log)
        log.close()
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and self.process.poll() is None:
            try:  # until the backend was found to be up
                answer = self.exchange(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                if status_of(answer) not in (0, 503):
                    return self
            except OSError:
                pass
            time.sleep(0.1)
        raise AssertionError("HAProxy finds no server:\n" + self.log())

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(10)

    def log(self):
        return (self.folder / "haproxy.log").read_text(errors="replace")

    def context(self, **limits):
        context = ssl.create_default_context(cafile=str(self.certificate))
        for name, value in limits.items():
            setattr(context, name, value)
        return context

    def connect(self, context=None, timeout_s=5):
        raw = socket.create_connection(("127.0.0.1", self.https_port), timeout_s)
        try:
            return (context or self.context()).wrap_socket(raw, server_hostname="localhost")
        except BaseException:
            raw.close()
            raise

    def exchange(self, request, timeout_s=5):
        """Sends raw bytes over TLS; what comes back until the end or a silence."""
        with self.connect(timeout_s=timeout_s) as link:
            link.sendall(request)
            return receive(link)

    def plain(self, request):
        with socket.create_connection(("127.0.0.1", self.http_port), 5) as link:
            link.sendall(request)
            return receive(link)


def receive(link):
    """One answer, whole when it says its length."""
    answer = b""
    try:
        while chunk := link.recv(65536):
            answer += chunk
            head, gap, body = answer.partition(b"\r\n\r\n")
            if gap:
                length = [int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
                          if line.startswith(b"content-length:")]
                if length and len(body) >= length[0] or head.split()[1] in (b"101", b"204", b"304"):
                    break
    except (TimeoutError, ConnectionError, ssl.SSLError):
        pass
    return answer


def status_of(answer):
    """The number of the status line; 0 for a connection that was closed without one."""
    return int(answer.split()[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def headers_of(answer):
    lines = answer.split(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return {k.strip().lower(): v.strip() for k, v in (line.split(":", 1) for line in lines)}
