"""A power cut without a switch: what was written and not synced is gone, or half of it is.

PostgreSQL runs with forgetful.c under it, which notes the old bytes of every write and which of
them a sync made safe. `cut` kills everything at once and puts back what was not."""
import os
import pathlib
import random
import struct
import subprocess
from dataclasses import dataclass

from harness.postgres import Cluster

HERE = pathlib.Path(__file__).resolve().parent
RECORD = struct.Struct("<QQQII")
PAGE = 4096  # what a disk keeps or loses as a whole


@dataclass
class Write:
    place: int  # in the log
    offset: int
    old_size: int
    length: int
    old: bytes


def build(folder):
    """The library, from its source."""
    library = pathlib.Path(folder) / "forgetful.so"
    subprocess.run(["cc", "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", library,
                    HERE / "forgetful.c"], check=True)
    return library


def read_log(path):
    """inode -> writes that no sync made safe, in their order."""
    writes, safe = {}, {}
    data = path.read_bytes()
    at = 0
    while at + RECORD.size <= len(data):
        inode, offset, old_size, length, old_len = RECORD.unpack_from(data, at)
        begin = at + RECORD.size
        if length:
            writes.setdefault(inode, []).append(
                Write(at, offset, old_size, length, data[begin:begin + old_len]))
        else:
            safe[inode] = max(safe.get(inode, 0), offset)
        at = begin + old_len
    return {inode: left for inode, all_of_it in writes.items()
            if (left := [w for w in all_of_it if w.place >= safe.get(inode, 0)])}


def forget(log, folder, keep=0.0, seed=0):
    """Puts back what was not synced in the files below a folder; of its pages a part may have
    reached the disk all the same (`keep`, 0 to 1). How many files lost something."""
    left = read_log(log)
    lost = 0
    for path in pathlib.Path(folder).rglob("*"):
        if path.is_file() and (writes := left.get(path.stat().st_ino)):
            undo(path, writes, keep, random.Random(f"{seed} {path}"))
            lost += 1
    return lost


def undo(path, writes, keep, chance):
    kept = {}
    with open(path, "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        for write in reversed(writes):
            end = write.offset + write.length
            old = write.old.ljust(write.length, b"\0")
            at = write.offset
            while at < end:
                stop = min(end, (at // PAGE + 1) * PAGE)
                if not kept.setdefault(at // PAGE, chance.random() < keep):
                    file.seek(at)
                    file.write(old[at - write.offset:stop - write.offset])
                at = stop
        # A file that grew and of which nothing was kept is as long as it was.
        file.truncate(size if any(kept.values()) else min(w.old_size for w in writes))


class FragileCluster(Cluster):
    """A cluster whose power can be cut while it runs."""

    def __init__(self):
        super().__init__()
        self.log = self.dir / "forgetful.log"
        self.environment = {"LD_PRELOAD": str(build(self.dir)), "FORGETFUL_LOG": str(self.log)}

    def cut(self, keep=0.0, seed=0):
        """How many files lost something. Start it again to see what is left."""
        self.kill()
        lost = forget(self.log, self.data, keep, seed)
        self.log.unlink()
        return lost
