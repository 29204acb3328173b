"""connect: server CPU per accepted and authenticated socket, at growing numbers of them."""
from .report import Column, Report
from .stage import median

COLUMNS = [
    Column("who", "server"),
    Column("subscribers", "sessions"),
    Column("accept_us", "CPU µs/accept", "{:.1f}"),
    Column("hello_us", "CPU µs/hello", "{:.1f}"),
    Column("database_us", "database µs", "{:.1f}"),
    Column("per_second", "sessions/s"),
    Column("kib_per_session", "KiB/session", "{:.2f}"),
    Column("kib_at_step", "KiB/session here", "{:.2f}"),
]
STEPS, STEPS_QUICK = (1000, 5000, 10000, 19000), (100, 300)
ROUNDS = 3


def climb(scene, target, steps):
    """One figure dict per step. The cost at n sessions is that of the ones that came last."""
    fan = scene.fan(target, steps[-1])
    empty = fan.ask("open 0")["server_kib"]
    rows, here = [], 0
    for step in steps:
        opened = fan.ask(f"open {step}")
        greeted = fan.ask("greet")
        came = step - here
        rows.append({
            "accept_us": opened["server_cpu_us"] / came,
            "hello_us": greeted["server_cpu_us"] / came,
            "database_us": (opened["database_cpu_us"] + greeted["database_cpu_us"]) / came,
            "per_second": came / (opened["open_seconds"] + greeted["greet_seconds"]),
            "kib_per_session": (greeted["server_kib"] - empty) / step,
            "kib_at_step": (opened["server_kib_more"] + greeted["server_kib_more"]) / came,
        })
        here = step
    return rows


def measure(stage, report):
    """Rows of hall and bare: medians over rounds with fresh servers, alternating."""
    options = stage.options
    steps = sorted(options.subscribers or (STEPS_QUICK if options.quick else STEPS))
    rounds = options.rounds or (1 if options.quick else ROUNDS)
    kept = {"hall": [], "bare send": []}
    for _ in range(rounds):
        with stage.scene() as scene:
            hall = scene.hall()
            _, hall.people = hall.fill_room(steps[-1])
            kept["hall"].append(climb(scene, hall, steps))
        with stage.scene() as scene:
            kept["bare send"].append(climb(scene, scene.bare("send"), steps))
    for who, climbs in kept.items():
        for i, step in enumerate(steps):
            figures = {name: median([c[i][name] for c in climbs]) for name in climbs[0][i]}
            report.add(who=who, subscribers=step, **figures)


def run(stage):
    report = Report("connect", COLUMNS)
    measure(stage, report)
    halls = [row for row in report.rows if row["who"] == "hall"]
    for row in halls:
        report.goal(f"hall, {row['subscribers']} sessions: CPU µs per accepted and authenticated"
                    " socket", row["accept_us"], 25)
    report.goal("hall: cost at the last step × at the first",
                halls[-1]["accept_us"] / halls[0]["accept_us"], 1.15)
    return report
