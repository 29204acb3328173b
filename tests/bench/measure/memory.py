"""memory: KiB of the server's own memory per idle session, and whether it stays so."""
from . import connect
from .report import Report


def run(stage):
    report = Report("memory", [column for column in connect.COLUMNS
                               if column.name in ("who", "subscribers", "kib_per_session",
                                                  "kib_at_step")])
    if not stage.options.rounds:
        stage.options.rounds = 1
    connect.measure(stage, report)
    halls = [row for row in report.rows if row["who"] == "hall"]
    for row in halls[1:]:
        # The first step also pays for what is there once.
        report.goal(f"hall, {row['subscribers']} sessions: KiB for one more", row["kib_at_step"], 4)
    return report
