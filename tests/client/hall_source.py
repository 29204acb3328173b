"""A source of alerts, as a stranger writes one: Ed25519 through the openssl program, headers after
the Standard Webhooks convention, nothing of the hall's own code."""
from __future__ import annotations

import base64
import http.client
import json
import pathlib
import subprocess
import time
import urllib.parse
import uuid
from typing import Any


def openssl(*args: str, stdin: bytes | None = None) -> bytes:
    return subprocess.run(["openssl", *args], input=stdin, check=True, capture_output=True).stdout


class Source:
    def __init__(self, base: str, name: str, folder: pathlib.Path):
        address = urllib.parse.urlsplit(base)
        self.host, self.port = address.hostname or "127.0.0.1", address.port
        self.name = name
        self.key = pathlib.Path(folder) / f"{name}.pem"
        if not self.key.exists():
            self.key.write_bytes(openssl("genpkey", "-algorithm", "ed25519"))

    @property
    def public_key(self) -> bytes:
        """The 32 bytes the hall keeps; the last of its DER form."""
        return openssl("pkey", "-in", str(self.key), "-pubout", "-outform", "DER")[-32:]

    def sign(self, body: bytes, nonce: str, timestamp: int) -> str:
        file = self.key.with_suffix(f".{uuid.uuid4().hex}")
        file.write_bytes(f"{nonce}.{timestamp}.".encode() + body)
        raw = openssl("pkeyutl", "-sign", "-rawin", "-inkey", str(self.key), "-in", str(file))
        file.unlink()
        return "v1a," + base64.b64encode(raw).decode()

    def send(self, alert: dict[str, Any] | bytes, *, nonce: str | None = None,
             timestamp: int | None = None, signature: str | None = None,
             content_type: str = "application/json") -> tuple[int, dict[str, Any]]:
        """Status and body of one injection; every part of the signature can be given wrong."""
        body = alert if isinstance(alert, bytes) else json.dumps(alert).encode()
        nonce = nonce or f"msg_{uuid.uuid4().hex}"
        timestamp = int(time.time()) if timestamp is None else timestamp
        headers = {"Content-Type": content_type, "hall-source": self.name, "webhook-id": nonce,
                   "webhook-timestamp": str(timestamp),
                   "webhook-signature": signature or self.sign(body, nonce, timestamp)}
        link = http.client.HTTPConnection(self.host, self.port, timeout=15)
        try:
            link.request("POST", "/api/v1/alerts", body, headers)
            answer = link.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")
        finally:
            link.close()
