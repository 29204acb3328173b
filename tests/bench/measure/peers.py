"""Other servers for the same work, as they come: packages of Debian, packages of npm.

What is not installed is said and left out; npm's are installed into var/bench-peers."""
import pathlib
import shutil
import subprocess

from .stage import ROOT, BenchError, Process, free_port

HERE = ROOT / "tests/bench/peers"
MODULES = ROOT / "var/bench-peers"
NCHAN = pathlib.Path("/usr/lib/nginx/modules/ngx_nchan_module.so")


def program(name):
    """Debian has servers in /usr/sbin, which need not be in everybody's PATH."""
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/bin") or shutil.which(name)
    if not found:
        raise BenchError(f"{name} is not installed")
    return found


def install_modules():
    """npm ci, once per lock file."""
    lock = HERE / "package-lock.json"
    installed = MODULES / ".installed"
    if installed.exists() and installed.read_bytes() == lock.read_bytes():
        return
    MODULES.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, MODULES)
    done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
                          cwd=MODULES, check=False, capture_output=True, text=True)
    if done.returncode:
        raise BenchError(f"npm ci: {done.stderr[-300:].strip()}")
    shutil.copy(lock, installed)


def configured(name, folder, port):
    """The configuration with its port and a file for its pid, where the server is to run."""
    text = (HERE / name).read_text()
    path = folder / name
    path.write_text(text.replace("PORT", str(port)).replace("PIDFILE", str(folder / "nginx.pid")))
    return path


def node(script, protocol, folder):
    install_modules()
    port = free_port()
    shutil.copy(HERE / script, MODULES)  # modules are looked for from where the script lies
    return Process(f"node {protocol}", protocol, [program("node"), MODULES / script, port], port,
                   folder)


def nchan(folder):
    if not NCHAN.exists():
        raise BenchError("libnginx-mod-nchan is not installed")
    port = free_port()
    conf = configured("nginx.conf", folder, port)
    return Process("nchan", "nchan", [program("nginx"), "-p", folder, "-c", conf], port, folder)


def mosquitto(folder):
    port = free_port()
    conf = configured("mosquitto.conf", folder, port)
    return Process("mosquitto, plain MQTT", "mqtt", [program("mosquitto"), "-c", conf], port,
                   folder)


PEERS = {
    "ws": lambda folder: node("ws.mjs", "ws", folder),
    "socket.io": lambda folder: node("socketio.mjs", "socketio", folder),
    "nchan": nchan,
    "mosquitto": mosquitto,
}


def start_peers(scene):
    """Those that can be had here, running."""
    started = []
    for name, start in PEERS.items():
        try:
            started.append(scene.take(start(scene.stage.folder)))
        except BenchError as problem:
            print(f"without {name}: {problem}")
    return started
