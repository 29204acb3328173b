"""The benches by name. One is a module with run(stage) -> Report; LONG ones run only when named."""
from . import fanout

BENCHES = {"fanout": fanout}
for bench in BENCHES.values():
    bench.LONG = getattr(bench, "LONG", False)
