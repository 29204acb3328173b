"""Compose file, image and unit say the same as the programs and the script."""
import re
import subprocess

import pytest
import yaml

from harness.proxy import ROOT


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def help_text(programs):
    """Every setting of the server, as it prints them."""
    return subprocess.run([programs / "hall-server", "--help"], check=True, capture_output=True,
                          text=True).stdout


def environments(compose):
    """Every HALL_ name that is set for a server somewhere."""
    names = set(compose["services"]["server"]["environment"])
    for path in ("server/deploy/hall.env", "server/deploy/Dockerfile"):
        names |= set(re.findall(r"\b(HALL_[A-Z_]+)=", (ROOT / path).read_text(encoding="utf-8")))
    return names - {"HALL_SHARE_DIR"}


def test_every_setting_named_exists(compose, help_text):
    unknown = [name for name in environments(compose) if name not in help_text]
    assert not unknown, unknown


def test_every_mounted_file_exists(compose):
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else \
                source in compose["volumes"], volume


def test_nothing_but_the_proxy_has_a_port(compose):
    assert [n for n, s in compose["services"].items() if s.get("ports")] == ["proxy"]
    assert "listen_addresses= " in compose["services"]["database"]["command"]
    assert compose["services"]["database"]["network_mode"] == "none"


def test_the_server_believes_only_the_proxy(compose):
    proxy = compose["services"]["proxy"]["networks"]["inside"]["ipv4_address"]
    assert compose["services"]["server"]["environment"]["HALL_TRUSTED_PROXIES"] == proxy


def test_every_service_of_ours_is_locked_down(compose):
    for name in ("prepare", "server", "proxy"):
        service = compose["services"][name]
        assert service["cap_drop"] == ["ALL"] and service["read_only"], name
        assert "no-new-privileges:true" in service["security_opt"], name


def test_the_proxy_gets_what_its_configuration_wants(compose):
    wanted = set(re.findall(r"\$\{(HALL_\w+)\}",
                            (ROOT / "server/deploy/haproxy.cfg").read_text(encoding="utf-8")))
    assert wanted == set(compose["services"]["proxy"]["environment"])


def test_the_unit_is_hardened():
    text = (ROOT / "server/deploy/hall-server.service").read_text(encoding="utf-8")
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "User=hall",
                 "CapabilityBoundingSet=", "MemoryDenyWriteExecute=yes", "Restart=always"):
        assert f"\n{line}\n" in text, line
