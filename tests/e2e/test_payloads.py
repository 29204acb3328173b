"""A thousand scripts in every field, and pages on which none of them is more than words."""
import asyncio
import html.parser
import json
import pathlib
import urllib.parse

from e2e.payload_scene import PayloadScene
from e2e.payloads import fitting, payloads

TAGS = {"a", "body", "button", "form", "h1", "h2", "head", "html", "input", "label", "li", "link",
        "main", "meta", "nav", "ol", "p", "section", "span", "strong", "style", "title", "ul", "br",
        "header", "footer"}
ALERT = pathlib.Path(__file__).resolve().parents[2] / "sql/seed/alert.json"


class Markup(html.parser.HTMLParser):
    """What a page is made of: its elements, and the names and values of their attributes."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.names, self.values = set(), set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.names.update(name for name, _ in attrs)
        self.values += [value for _, value in attrs]


def test_what_people_write_is_never_run(browse, demo, database, tmp_path):
    scene = PayloadScene(demo, database)
    asyncio.run(scene.write())
    scene.inject(json.loads(ALERT.read_text()), tmp_path)
    for field, count in sorted(scene.written.items()):
        print(f"{field}: {count} written, {scene.refused[field]} requests refused")
    assert sum(count >= 1000 for count in scene.written.values()) >= 15
    told = tmp_path / "payloads.json"
    told.write_text(json.dumps({**scene.places, "payloads": payloads()}))
    print(browse("payloads.mjs", timeout_s=400, HALL_PAYLOADS=str(told)))


def test_what_is_typed_into_a_page_without_script_is_never_markup(demo):
    path, kept = "/j/LIUYIN-2468", 0
    for text in fitting(40):
        for step, form in (("code", {"phone": text}),
                           ("enter", {"phone": text, "code": text, "name": text})):
            status, _, body = demo.request(
                "POST", f"{path}/{step}", urllib.parse.urlencode(form).encode(),
                {"Content-Type": "application/x-www-form-urlencoded", "Origin": demo.http})
            assert status in (401, 422, 429), (status, text)
            markup = Markup(body.decode())
            assert markup.tags <= TAGS, (text, markup.tags - TAGS)
            assert not {name for name in markup.names if name.startswith(("on", "style", "src"))}
            kept += text in markup.values
    assert kept >= 500  # given back in their field, as they were typed
