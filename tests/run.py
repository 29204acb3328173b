#!/usr/bin/python3
"""Runs the suites and sums them up; called by `./hall test [suite …] [--deep]`.

Every suite leaves its result in var/test/<suite>*.xml (JUnit). The last line printed is
`N passed, N failed` or `N passed, N failed, N skipped`; the exit code is 1 when something failed.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree

from harness.postgres import Cluster

ROOT = pathlib.Path(__file__).resolve().parents[1]
VAR = ROOT / "var"
OUT = VAR / "test"
WEB = VAR / "build/web/clients"
TIDY_BUDGET_S = 480
FUZZ_RUNS, FUZZ_RUNS_DEEP = 1_000_000, 100_000_000
FUZZ_TIMEOUT_S = 900
SUITES = ("layout", "proto", "unit", "sql", "integration", "fault", "fuzz", "clients", "deploy",
          "e2e", "bench")
# With which programs a suite of pytest runs.
BUILD_OF = {"integration": "asan", "fault": "release", "deploy": "release", "e2e": "release",
            "bench": "release"}
# Suites whose tests do not disturb each other: each worker has a PostgreSQL of its own. What is
# marked `alone` measures time, and runs by itself afterwards.
SIDE_BY_SIDE = ("sql", "integration", "fault", "e2e")
WITH_TESTS_ALONE = ("e2e",)
WORKERS = 2


class Tally:
    """What came out so far, and of which suite."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.lines = []
        self.lock = threading.Lock()  # fuzzers report side by side

    def add(self, what, passed=0, failed=0, skipped=0):
        line = f"{what}: {passed} passed, {failed} failed"
        line += f", {skipped} skipped" if skipped else ""
        with self.lock:
            self.passed += passed
            self.failed += failed
            self.skipped += skipped
            self.lines.append(line)
            print(f"== {line}", flush=True)

    def check(self, what, good):
        self.add(what, passed=int(good), failed=int(not good))
        return good


def run(*argv, cwd=ROOT, env=None, timeout=None, log=None):
    """The exit code; output goes on, or to a log of which the end is shown when it failed."""
    print("$", " ".join(str(a) for a in argv), flush=True)
    settings = {"cwd": cwd, "env": {**os.environ, **(env or {})}, "timeout": timeout,
                "check": False}
    try:
        if log is None:
            return subprocess.run([str(a) for a in argv], **settings).returncode
        with open(log, "wb") as file:
            code = subprocess.run([str(a) for a in argv], stdout=file, stderr=file,
                                  **settings).returncode
    except subprocess.TimeoutExpired:
        print(f"it took longer than {timeout} s")
        return 124
    if code:
        print(pathlib.Path(log).read_text(errors="replace")[-8000:])
    return code


def build(preset, *targets, settings=()):
    """Configures and builds a preset under var/build; whether that went well."""
    folder = VAR / "build" / preset
    if (settings or not (folder / "build.ninja").exists()) and \
            run("cmake", "--preset", preset, *settings, log=OUT / f"cmake-{preset}.log"):
        return False
    return run("cmake", "--build", folder, *(["--target", *targets] if targets else []),
               log=OUT / f"build-{preset}.log") == 0


def junit_counts(path):
    """(passed, failed, skipped) of a JUnit file as pytest and vitest write it."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        kinds = {child.tag for child in case}
        counts["failed" if kinds & {"failure", "error"} else
               "skipped" if "skipped" in kinds else "passed"] += 1
    return counts


# --- unit ----------------------------------------------------------------------------------------

def cmocka_counts(path):
    """Tests, not programs: what cmocka printed in each program's output."""
    passed = failed = left_out = 0
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        text = "".join(case.itertext())
        good = sum(int(n) for n in re.findall(r"\[  PASSED  \] (\d+) test", text))
        bad = sum(int(n) for n in re.findall(r"\[  FAILED  \] (\d+) test", text))
        left_out += sum(int(n) for n in re.findall(r"\[  SKIPPED \] (\d+) test", text))
        broken = case.get("status") == "fail" and not bad  # a crash, a time-out, a leak
        if broken or bad:
            print(f"-- {case.get('name')}:\n{text[-4000:]}")
        passed += good
        failed += bad + int(broken)
    return {"passed": passed, "failed": failed, "skipped": left_out}


def unit_tests(tally, preset, environment):
    if not tally.check(f"unit: {preset} builds without a warning",
                       build(preset, settings=["-DHALL_TESTS=ON"])):
        return
    result = OUT / f"unit-{preset}.xml"
    result.unlink(missing_ok=True)
    run("ctest", "--test-dir", VAR / "build" / preset, "-j2", "--output-junit", result,
        "--test-output-size-passed", 1_000_000, "--test-output-size-failed", 1_000_000,
        log=OUT / f"unit-{preset}.log", env=environment)
    if result.exists():
        tally.add(f"unit: {preset}", **cmocka_counts(result))
    else:
        tally.add(f"unit: {preset}", failed=1)


def tidy_key(source, shared):
    return hashlib.sha256(shared + source.read_bytes()).hexdigest()


def tidy_one(source):
    done = subprocess.run(["clang-tidy", "-p", VAR / "build/clang", "--quiet", source], cwd=ROOT,
                          check=False, capture_output=True, text=True)
    return source, done.returncode == 0, done.stdout


def clang_tidy(tally):
    """Every source that, or whose headers, changed since it was found clean; within a budget."""
    seen_file = OUT / "tidy.json"
    seen = set(json.loads(seen_file.read_text())) if seen_file.exists() else set()
    sources = sorted((ROOT / "server").rglob("*.c"))
    headers = sorted((ROOT / "server").rglob("*.h")) + sorted((ROOT / "proto/schema").glob("*"))
    shared = b"".join(h.read_bytes() for h in headers) + (ROOT / ".clang-tidy").read_bytes()
    keys = {source: tidy_key(source, shared) for source in sources}
    known = [s for s in sources if keys[s] in seen]
    counts = {"passed": len(known), "failed": 0, "skipped": 0}
    clean = {keys[s] for s in known}
    deadline = time.monotonic() + TIDY_BUDGET_S

    def in_time(source):
        return tidy_one(source) if time.monotonic() < deadline else (source, None, "")

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for source, good, output in pool.map(in_time, [s for s in sources if s not in known]):
            counts["skipped" if good is None else "passed" if good else "failed"] += 1
            if good:
                clean.add(keys[source])
            elif good is False:
                print(output[-3000:])
    seen_file.write_text(json.dumps(sorted(clean)))
    tally.add("unit: clang-tidy", **counts)


def suite_unit(tally, deep):
    cluster = Cluster()  # the store's tests make schemas of their own in it
    try:
        cluster.start()
        cluster.create_database("unit")
        for preset in ("release", "clang", "asan"):  # what is shipped is what is tested
            unit_tests(tally, preset, {"HALL_TEST_DB": cluster.url("unit"),
                                       **({"HALL_DEEP": "1"} if deep else {})})
    finally:
        cluster.destroy()
    if (VAR / "build/clang/compile_commands.json").exists():
        clang_tidy(tally)


# --- pytest --------------------------------------------------------------------------------------

def suite_pytest(name, tally, deep):
    if name in BUILD_OF and not build(BUILD_OF[name]):
        tally.add(f"{name}: the {BUILD_OF[name]} build", failed=1)
        return
    if name == "e2e" and run(ROOT / "hall", "build"):
        tally.add(f"{name}: the clients' build", failed=1)
        return
    beside = ["-n", WORKERS] if name in SIDE_BY_SIDE else []
    if name in WITH_TESTS_ALONE:
        pytest_part(tally, name, deep, *beside, "-m", "not alone")
        pytest_part(tally, f"{name}, alone", deep, "-m", "alone")
    else:
        pytest_part(tally, name, deep, *beside)


def pytest_part(tally, what, deep, *options):
    """Of the suite whose name `what` begins with."""
    name = what.split(",", maxsplit=1)[0]
    result = OUT / f"{what.replace(', ', '-')}.xml"
    result.unlink(missing_ok=True)
    code = run("/usr/bin/python3", "-B", "-m", "pytest", "-q", f"tests/{name}",
               f"--junit-xml={result}", f"--build-dir={VAR / 'build' / BUILD_OF.get(name, 'asan')}",
               *(["--deep"] if deep else []), *options, env={"HALL_WEB": str(WEB)})
    counts = junit_counts(result) if result.exists() else {}
    if code and not counts.get("failed"):  # nothing collected, or pytest itself broke
        counts["failed"] = 1
    tally.add(what, **counts)


# --- fuzz ----------------------------------------------------------------------------------------

def fuzz_one(tally, program, runs):
    """Regressions first, then the executions; a crash stays in var/test/fuzz/<target>."""
    name = program.name
    work = OUT / "fuzz" / name
    work.mkdir(parents=True, exist_ok=True)
    corpus = OUT / "fuzz/corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    regressions = sorted((ROOT / "tests/fuzz/regressions" / name).glob("*"))
    if regressions and not tally.check(f"fuzz: {name} regressions", run(
            program, *regressions, log=work / "regressions.log", timeout=120) == 0):
        return
    code = run(program, f"-runs={runs}", "-max_len=4096", "-timeout=10", "-rss_limit_mb=2048",
               "-print_final_stats=1", f"-artifact_prefix={work}/", corpus, log=work / "log",
               timeout=None if runs > FUZZ_RUNS else FUZZ_TIMEOUT_S)
    text = (work / "log").read_text(errors="replace")
    done = re.search(r"stat::number_of_executed_units:\s*(\d+)", text)
    print(f"{name}: {done.group(1) if done else 0} executions")
    tally.check(f"fuzz: {name}", code == 0 and bool(done) and int(done.group(1)) >= runs)


def suite_fuzz(tally, deep):
    names = sorted(f.stem for f in (ROOT / "tests/fuzz").rglob("fuzz_*.c"))
    if not names:
        tally.add("fuzz: there is nothing to fuzz", failed=1)
        return
    if not tally.check("fuzz: builds", build("fuzz", *names)):
        return
    seeds = run("/usr/bin/python3", "-B", ROOT / "tests/fuzz/seed.py", OUT / "fuzz/corpus")
    if tally.check("fuzz: seeds from the vectors", seeds == 0):
        runs = FUZZ_RUNS_DEEP if deep else FUZZ_RUNS
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda name: fuzz_one(tally, VAR / "build/fuzz" / name, runs), names))


# --- clients -------------------------------------------------------------------------------------

def suite_clients(tally, deep):
    if not tally.check("clients: build", run(ROOT / "hall", "build") == 0):
        return
    tally.check("clients: types", run("npm", "run", "check", cwd=WEB,
                                      log=OUT / "clients-check.log") == 0)
    tally.check("clients: size", run("npm", "run", "size", cwd=WEB,
                                     log=OUT / "clients-size.log") == 0)
    result = OUT / "clients.xml"
    result.unlink(missing_ok=True)
    code = run("npm", "test", "--", "--reporter=default", "--reporter=junit",
               f"--outputFile.junit={result}", cwd=WEB, log=OUT / "clients.log")
    counts = junit_counts(result) if result.exists() else {}
    if code and not counts.get("failed"):
        counts["failed"] = 1
    tally.add("clients", **counts)


def main(argv):
    deep = "--deep" in argv
    names = [a for a in argv if a != "--deep"] or list(SUITES)
    unknown = [n for n in names if n not in SUITES]
    if unknown:
        print(f"no such suite: {' '.join(unknown)}; there are {' '.join(SUITES)}", file=sys.stderr)
        return 2
    OUT.mkdir(parents=True, exist_ok=True)
    tally = Tally()
    own = {"unit": suite_unit, "fuzz": suite_fuzz, "clients": suite_clients}
    for name in names:
        started = time.monotonic()
        if name in own:
            own[name](tally, deep)
        else:
            suite_pytest(name, tally, deep)
        print(f"== {name} took {time.monotonic() - started:.0f} s", flush=True)
    print("\n" + "\n".join(tally.lines) + "\n")
    print(f"{tally.passed} passed, {tally.failed} failed"
          + (f", {tally.skipped} skipped" if tally.skipped else ""))
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
