"""B1: the oldest browser that is promised, a real Chromium 86, through a whole story.

It comes with the npm package chrome-aws-lambda 5.3.1, which is not among the hall's own:

    cd var/build/web/clients && npm install --no-save --ignore-scripts chrome-aws-lambda@5.3.1
"""
import os
import pathlib
import subprocess

import pytest

UNPACK = """
const { brotliDecompressSync } = require("node:zlib")
const { readFileSync, writeFileSync } = require("node:fs")
const [packed, to] = process.argv.slice(1)
writeFileSync(to, brotliDecompressSync(readFileSync(packed)), { mode: 0o755 })
"""


@pytest.fixture
def chromium_86(web, tmp_path):
    """The browser, unpacked."""
    packed = web / "node_modules/chrome-aws-lambda/bin/chromium.br"
    if "HALL_CHROMIUM_86" in os.environ:
        return pathlib.Path(os.environ["HALL_CHROMIUM_86"])
    if not packed.exists():
        pytest.skip("no Chromium 86: npm install --no-save chrome-aws-lambda@5.3.1")
    browser = tmp_path / "chromium"
    subprocess.run(["node", "-e", UNPACK, packed, browser], check=True)
    return browser


def test_two_residents_talk_in_a_chromium_of_2020(browse, chromium_86):
    assert "Chromium 86." in browse("talk.mjs", HALL_CHROMIUM=str(chromium_86))
