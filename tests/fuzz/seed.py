#!/usr/bin/python3
"""seed OUT: writes the start of each corpus from proto/vectors and tests/fuzz/regressions."""

import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SEED_BYTES_MAX = 2048  # long seeds only make every execution slow


def put(folder: Path, name: str, content: bytes) -> None:
    if len(content) <= SEED_BYTES_MAX:
        (folder / name).write_bytes(content)


def main(out: Path) -> None:
    folders = {name: out / name for name in ("fuzz_scan", "fuzz_decode", "fuzz_json")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    codes = {}
    for path in sorted((ROOT / "proto" / "vectors").glob("*.json")):
        for row in json.loads(path.read_text(encoding="utf-8")):
            frame = bytes.fromhex(row["hex"])
            name = f"{path.stem}-{row.get('name', 'bad')}-{row['case']}"
            put(folders["fuzz_scan"], name, frame)
            put(folders["fuzz_decode"], name, frame)
            if "value" in row:
                code = codes.setdefault(row["name"], code_of(frame))
                text = json.dumps(row["value"], ensure_ascii=False)
                put(folders["fuzz_json"], name, bytes([code]) + text.encode())
    (out / "fuzz_cap").mkdir(parents=True, exist_ok=True)
    for path in (ROOT / "tests/integration/cap").glob("*.xml"):
        put(out / "fuzz_cap", path.stem, path.read_bytes())
    for path in (ROOT / "tests" / "fuzz" / "regressions").glob("fuzz_*/*"):
        folders.get(path.parent.name, out / path.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.copy(path, out / path.parent.name / f"regression-{path.name}")


def code_of(frame: bytes) -> int:
    """The operation code in the envelope: one byte, or 0xcc and one."""
    assert frame[1] < 128 or frame[1] == 0xcc, "the envelope's code needs more than one byte now"
    return frame[1] if frame[1] < 128 else frame[2]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
