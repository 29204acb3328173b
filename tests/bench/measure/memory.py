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
    if len(halls) > 1:
        # The first step also pays for what is there once.
        first, last = halls[0], halls[-1]
        more = last["subscribers"] - first["subscribers"]
        report.goal(f"hall: KiB per session from {first['subscribers']} to {last['subscribers']}",
                    (last["kib_per_session"] * last["subscribers"] -
                     first["kib_per_session"] * first["subscribers"]) / more, 4)
        report.goal("hall: the last step's KiB per session × the one before it",
                    last["kib_at_step"] / halls[-2]["kib_at_step"], 1.1)
    return report
