#!/usr/bin/python3
"""Measures what is promised: ./hall bench [name …]. README.md beside this file says how to read it.

Servers run on the first core, load on the last one; runs are short, alternate between the servers,
and the figures are medians. Every bench prints its table, and beside it what was promised.
"""
import argparse
import os
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]  # measure; harness and client

from measure import BENCHES  # noqa: E402
from measure.report import write_json  # noqa: E402
from measure.stage import ROOT, BenchError, Stage  # noqa: E402


def address(text):
    """ws://host:port or host:port, as (host, port)."""
    host, _, port = text.removeprefix("ws://").removeprefix("http://").rstrip("/").partition(":")
    return host or "127.0.0.1", int(port or 80)


def read_options(argv):
    parser = argparse.ArgumentParser(prog="./hall bench", description=__doc__.split("\n")[0],
                                     formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="names:\n" + "\n".join(
                                         f"  {name:<10} {bench.__doc__.splitlines()[0]}"
                                         for name, bench in BENCHES.items()))
    parser.add_argument("names", nargs="*", metavar="name",
                        help="default: all but timers, history, search")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--quick", action="store_true", help="small and short: does it still run?")
    parser.add_argument("--peers", action="store_true", help="fanout: other servers beside ours")
    parser.add_argument("--burst", action="store_true", help="fanout: 16 messages on their way")
    parser.add_argument("--subscribers", type=int, action="append", metavar="N")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float, help="of one window")
    parser.add_argument("--messages", type=int, help="history, search, timers: how many there are")
    parser.add_argument("--against", type=address, metavar="URL", help="fanout: a server that runs")
    parser.add_argument("--protocol", default="hall", help="what it speaks")
    parser.add_argument("--pid", type=int, action="append", default=[], dest="against_pids")
    parser.add_argument("--people", type=pathlib.Path, help="lines `token room_id` for it")
    parser.add_argument("--build-dir", type=pathlib.Path, default=ROOT / "var/build/release")
    parser.add_argument("--no-build", action="store_true", help="take the programs as they are")
    return parser.parse_args(argv)


def build(folder, wanted):
    """Programs of this bench and the server, when the build directory can make them."""
    if wanted and (folder / "build.ninja").exists():
        subprocess.run(["cmake", "--build", folder, "--target", "hall-server", "hallctl",
                        "hall-image", "hall-voice", "bench_fan", "bench_bare", "bench_bare_write",
                        "bench_write_batch"], check=True,
                       stdout=subprocess.DEVNULL)
    if not (folder / "bin/bench_fan").exists():
        raise SystemExit(f"nothing is built in {folder}; ./hall bench builds it")


def main():
    options = read_options(sys.argv[1:])
    unknown = [name for name in options.names if name not in BENCHES]
    if unknown:
        raise SystemExit(f"no such bench: {' '.join(unknown)}; there are {' '.join(BENCHES)}")
    build(options.build_dir, not options.no_build)
    reports, failed = [], []
    for name in options.names or [n for n, bench in BENCHES.items() if not bench.LONG]:
        print(f"\n== {name}", flush=True)
        try:
            with Stage(options) as stage:
                reports.append(BENCHES[name].run(stage))
            reports[-1].print()
        except BenchError as problem:
            failed.append(name)
            print(f"{name} gave no figures: {problem}", file=sys.stderr)
    if options.json:
        write_json(options.json, reports)
    print(f"\nload: {os.getloadavg()[0]:.1f} processes on average in the last minute", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
