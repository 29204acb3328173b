"""The benches by name. One is a module with run(stage) -> Report; LONG ones run only when named."""
from . import alert, connect, fanout, memory, storm, write

BENCHES = {"fanout": fanout, "alert": alert, "write": write, "connect": connect, "storm": storm,
           "memory": memory}
for bench in BENCHES.values():
    bench.LONG = getattr(bench, "LONG", False)
