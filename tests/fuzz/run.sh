#!/bin/sh
# Fuzzes every decoder: run.sh [executions each, default 1000000] [target…]
# A crash is left in $FUZZ_BUILD/crashes and ends the run with 1; once understood it becomes a file
# in tests/fuzz/regressions/<target>/, which every later run starts from.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${FUZZ_BUILD:-$root/var/build-fuzz}
runs=${1:-1000000}
[ $# -gt 0 ] && shift

if [ ! -f "$build/build.ninja" ]; then
    cmake -S "$root" -B "$build" -G Ninja -DCMAKE_C_COMPILER=clang -DHALL_FUZZ=ON \
        -DHALL_TESTS=OFF >/dev/null
fi
all=$(cd "$root/tests/fuzz" && ls ./*/fuzz_*.c | sed 's|.*/||; s|\.c$||')
targets=${*:-$all}
# shellcheck disable=SC2086
ninja -C "$build" -j 2 $targets >"$build/build.log" || { cat "$build/build.log"; exit 1; }
/usr/bin/python3 -B "$root/tests/fuzz/seed.py" "$build/corpus"
mkdir -p "$build/crashes"

passed=0
failed=0
for target in $targets; do
    mkdir -p "$build/corpus/$target"
    log=$build/$target.log
    # Found inputs stay in the build directory's corpus: a longer run continues a shorter one.
    if "$build/$target" -runs="$runs" -max_len=1024 -timeout=10 -rss_limit_mb=1024 \
        -print_final_stats=1 -artifact_prefix="$build/crashes/$target-" \
        "$build/corpus/$target" >"$log" 2>&1; then
        passed=$((passed + 1))
        sed -n 's/^stat::number_of_executed_units: */'"$target"' executions: /p
            s/^stat::average_exec_per_sec: */'"$target"' per second: /p' "$log"
    else
        failed=$((failed + 1))
        echo "$target FAILED:"
        tail -40 "$log"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
