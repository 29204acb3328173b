"""The HTTP doors of a hall, written from PROTOCOL.md sections 2 and 3. Blocking, no packages.

    doors = Doors("http://127.0.0.1:8080")
    code = doors.send_code("13800138000")["demo_code"]
    token = doors.login_phone("13800138000", code, invite="XFL2026", display_name="小李")["token"]
"""
from __future__ import annotations

import http.client
import json
import urllib.parse
from typing import Any


class Refused(Exception):
    """The server said no: `code` is the error's name, `field` which field, as far as it is told."""

    def __init__(self, code: str, field: str = "", detail: str = "", retry_after_ms: int = 0,
                 status: int = 0):
        super().__init__(" ".join(str(part) for part in (status, code, field, detail) if part))
        self.code, self.field, self.detail = code, field, detail
        self.retry_after_ms, self.status = retry_after_ms, status


class Answer:
    def __init__(self, response: http.client.HTTPResponse):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    def json(self) -> dict[str, Any]:
        return json.loads(self.body) if self.body else {}

    def or_refused(self) -> Answer:
        if self.status < 400:
            return self
        problem = {}
        if self.headers.get("content-type", "").startswith("application/problem+json"):
            problem = self.json()
        raise Refused(problem.get("code", f"http_{self.status}"), problem.get("field", ""),
                      problem.get("detail", ""), problem.get("retry_after_ms", 0), self.status)


class Doors:
    def __init__(self, base: str, token: str | None = None, timeout: float = 15):
        self.url = urllib.parse.urlsplit(base)
        self.token = token
        self.timeout = timeout

    def send(self, method: str, path: str, body: bytes | None = None,
             headers: dict[str, str] | None = None) -> Answer:
        """One request as it is; the token goes along when there is one."""
        is_secure = self.url.scheme == "https"
        link_type = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
        link = link_type(self.url.hostname or "", self.url.port, timeout=self.timeout)
        all_headers = dict(headers or {})
        if self.token is not None:
            all_headers.setdefault("authorization", f"Bearer {self.token}")
        try:
            link.request(method, path, body, all_headers)
            return Answer(link.getresponse())
        finally:
            link.close()

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """JSON there and back; members that are None are left out."""
        if body is None:
            return self.send(method, path).or_refused().json()
        members = {name: value for name, value in body.items() if value is not None}
        raw = json.dumps(members).encode()
        headers = {"content-type": "application/json"}
        return self.send(method, path, raw, headers).or_refused().json()

    def send_code(self, phone: str) -> dict[str, Any]:
        return self.ask("POST", "/api/v1/session/code", {"phone": phone})

    def login_phone(self, phone: str, code: str, invite: str | None = None,
                    display_name: str | None = None) -> dict[str, Any]:
        return self._logged_in("/api/v1/session/phone", {
            "phone": phone, "code": code, "invite": invite, "display_name": display_name,
            "client": "example client"})

    def login_staff(self, username: str, password: str, totp: str) -> dict[str, Any]:
        return self._logged_in("/api/v1/session/staff", {
            "username": username, "password": password, "totp": totp, "client": "example client"})

    def _logged_in(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        granted = self.ask("POST", path, body)
        self.token = granted["token"]
        return granted

    def ticket(self) -> str:
        return self.ask("POST", "/api/v1/session/ticket", {})["ticket"]

    def logout(self) -> None:
        self.ask("DELETE", "/api/v1/session")
        self.token = None

    def upload(self, image: bytes, content_type: str = "image/jpeg",
               alt: str | None = None) -> dict[str, Any]:
        query = "?" + urllib.parse.urlencode({"alt": alt}) if alt is not None else ""
        headers = {"content-type": content_type}
        answer = self.send("POST", f"/api/v1/media{query}", image, headers)
        return answer.or_refused().json()["media"]

    def picture(self, media_id: str, size: int = 320) -> bytes:
        return self.send("GET", f"/api/v1/media/{media_id}/{size}").or_refused().body

    def upload_voice(self, recording: bytes,
                     content_type: str = "audio/webm;codecs=opus") -> dict[str, Any]:
        answer = self.send("POST", "/api/v1/voice", recording, {"content-type": content_type})
        return answer.or_refused().json()["media"]

    def voice(self, media_id: str) -> bytes:
        return self.send("GET", f"/api/v1/voice/{media_id}").or_refused().body
