"""P6: what Lighthouse says. It is not among the hall's own packages:

    cd var/build/web/clients && npm install --no-save --ignore-scripts lighthouse@12.2.3
"""
import pytest

from harness.server import free_port


def test_lighthouse_finds_nothing_in_the_way(browse, web):
    if not (web / "node_modules/lighthouse").exists():
        pytest.skip("no Lighthouse: npm install --no-save lighthouse@12.2.3")
    print(browse("lighthouse.mjs", timeout_s=400, HALL_DEBUG_PORT=str(free_port())))
