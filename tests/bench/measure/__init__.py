"""The benches by name. One is a module with run(stage) -> Report; LONG ones run only when named."""
from . import alert, connect, fanout, history, memory, search, storm, timers, work, write

BENCHES = {"fanout": fanout, "alert": alert, "write": write, "connect": connect, "storm": storm,
           "memory": memory, "timers": timers, "work": work,
           "history": history, "search": search}
for bench in BENCHES.values():
    bench.LONG = getattr(bench, "LONG", False)
