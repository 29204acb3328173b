"""A folder of server/ includes only what server/LAYERS lets it."""
import re

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def read_layers(root):
    layers = {}
    for line in (root / "server/LAYERS").read_text(encoding="utf-8").splitlines():
        line = line.split("#")[0].strip()
        if line:
            name, _, allowed = line.partition(":")
            layers[name.strip()] = set(allowed.split())
    return layers


def forbidden(layers, path, include):
    """Why this include is against the layers, or None."""
    folder = path.split("/")[0]
    if folder not in layers:
        return f"{path}: {folder} is not in server/LAYERS"
    if "/" not in include:
        return f'{path}: "{include}" does not say its folder'
    other = include.split("/")[0]
    if other == folder or other in layers[folder] or include in layers[folder]:
        return None
    return f'{path} includes "{include}", which is against server/LAYERS'


def test_every_include_respects_the_layers(root, c_files):
    layers = read_layers(root)
    problems = [problem for path, text in c_files.items() for include in INCLUDE.findall(text)
                if (problem := forbidden(layers, path, include))]
    assert not problems, "\n".join(problems)


def test_the_layers_have_no_cycle(root):
    layers = read_layers(root)
    below = {}
    for name, allowed in layers.items():
        assert all(a in below or "/" in a for a in allowed), \
            f"{name} names what does not come before it: {allowed - set(below)}"
        below[name] = allowed


def test_the_check_finds_a_wrong_include(root):
    layers = read_layers(root)
    assert forbidden(layers, "hub/x.c", "store/store.h")
    assert forbidden(layers, "rules/x.c", "ops/call.h")
    assert forbidden(layers, "ctl/x.c", "store/store.h")
    assert forbidden(layers, "net/x.c", "x.h")
    assert not forbidden(layers, "ctl/x.c", "store/sql_statements.h")
    assert not forbidden(layers, "ops/message/post.c", "hub/room.h")


def test_only_main_stands_beside_the_folders(c_files):
    assert [p for p in c_files if "/" not in p] == ["main.c"]
