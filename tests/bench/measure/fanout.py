"""fanout: one message to everybody in a room. fanout --burst: sixteen on their way at a time."""
from .peers import start_peers
from .report import Column, Report
from .stage import BenchError, median

COLUMNS = [
    Column("who", "server"),
    Column("subscribers", "subscribers"),
    Column("in_flight", "W"),
    Column("deliveries_per_s", "deliveries/s"),
    Column("cpu_us_per_delivery", "CPU µs/delivery", "{:.3f}"),
    Column("ratio", "× bare", "{:.2f}"),
    Column("first_us", "first ms", "{:.2f}", 0.001),
    Column("median_us", "median ms", "{:.2f}", 0.001),
    Column("last_us", "last ms", "{:.2f}", 0.001),
    Column("last_ratio", "last × bare", "{:.2f}"),
    Column("ack_us", "answer ms", "{:.2f}", 0.001),
    Column("commit_us", "commit ms", "{:.2f}", 0.001),
    Column("rows_per_commit", "rows/commit", "{:.1f}"),
    Column("frames_per_send", "frames/send", "{:.1f}"),
    Column("kib_per_session", "KiB/session", "{:.2f}"),
    Column("connect_us", "CPU µs/connection", "{:.1f}"),
    Column("server_busy", "server busy", "{:.0%}"),
    Column("load_busy", "load busy", "{:.0%}"),
]
COUNTS = ("deliveries_total", "sends_total", 'batch_latency_us_total{batch="message"}',
          'batch_rows_total{batch="message"}', 'batch_batches_total{batch="message"}')
# Of those by their places: how long a row waits for its commit, what shares a send and a commit.
RATIOS = {"commit_us": (2, 3), "frames_per_send": (0, 1), "rows_per_commit": (3, 4)}
SIZES, SIZES_QUICK = (1000, 10000, 19500), (200,)
ROUNDS, SECONDS = 5, 3.0
BURST = 16


class Runner:
    """One server with its load client; keeps what each round gave."""

    def __init__(self, scene, target, subscribers):
        self.target, self.subscribers = target, subscribers
        self.rounds = []
        self.row = {"who": target.who, "subscribers": subscribers}
        self.problem = None
        try:
            # One connection more, which publishes and is not counted.
            self.fan = scene.fan(target, subscribers + 1)
            before = self.fan.ask("open 0")["server_kib"]
            opened = self.fan.ask(f"open {subscribers + 1}")
            greeted = self.fan.ask("greet")
            self.row["kib_per_session"] = (greeted["server_kib"] - before) / (subscribers + 1)
            self.row["connect_us"] = opened["server_cpu_us"] / (subscribers + 1)
            self.row["greet_us"] = greeted["server_cpu_us"] / (subscribers + 1)
        except BenchError as problem:
            self.problem = str(problem)

    def run(self, seconds, window):
        if self.problem:
            return
        before = self.counts()
        try:
            figures = self.fan.ask(f"fanout {seconds} {window}")
        except BenchError as problem:
            self.problem = f"W={window}: {problem}"
            return
        for name, (above, below) in RATIOS.items():
            more = [after - before for before, after in zip(before, self.counts())]
            if more and more[below]:
                figures[name] = more[above] / more[below]
        self.rounds.append(figures)

    def counts(self):
        """What the hall counts itself, in the order of COUNTS; nothing of others."""
        if self.target.protocol != "hall" or not hasattr(self.target, "metrics"):
            return []
        metrics = self.target.metrics()
        return [metrics[f"hall_{name}"] for name in COUNTS]

    def result(self, window):
        def middle(name):
            values = [figures[name] for figures in self.rounds if name in figures]
            return median(values) if values else None

        row = {**self.row, "in_flight": window}
        if self.problem:
            return {**row, "problem": self.problem}
        for name in ("deliveries_per_s", "messages_per_s", "cpu_us_per_delivery", "server_busy",
                     "load_busy", "database_busy", "frame_bytes", *RATIOS):
            row[name] = middle(name)
        for name in ("first", "median", "last", "ack"):
            row[f"{name}_us"] = middle(f"{name}_p50_us")
        row["last_p99_us"] = middle("last_p99_us")
        return row


def targets_of(scene, options, subscribers):
    """The halls with their people, bare programs, and peers when they are wanted."""
    from .stage import Target
    if options.against:
        host, port = options.against
        target = Target(options.protocol, options.protocol, port, options.against_pids)
        target.host = host
        target.people = options.people
        return [target] + [scene.bare(mode) for mode in ("send", "joined")]
    halls = [scene.hall("hall"), scene.hall("hall, plain send", io_uring="off")]
    for hall in halls:
        _, hall.people = hall.fill_room(subscribers + 1)
    bares = [scene.bare(mode) for mode in ("send", "joined", "uring")]
    return halls + bares + (start_peers(scene) if options.peers else [])


def measure(stage, report, window):
    options = stage.options
    sizes = options.subscribers or (SIZES_QUICK if options.quick else SIZES)
    rounds = options.rounds or (1 if options.quick else ROUNDS)
    seconds = options.seconds or (0.5 if options.quick else SECONDS)
    for subscribers in sizes:
        with stage.scene() as scene:
            runners = [Runner(scene, target, subscribers)
                       for target in targets_of(scene, options, subscribers)]
            for _ in range(rounds):
                for runner in runners:
                    runner.run(seconds, window)
            compare(report, [runner.result(window) for runner in runners])


def compare(report, rows):
    """Ratios to the bare program that does the same: W=1 has nothing to join."""
    by_name = {row["who"]: row for row in rows}
    same = "bare send" if rows[0]["in_flight"] == 1 else "bare joined"
    bare = by_name.get(same)
    for row in rows:
        if bare and row.get("cpu_us_per_delivery") and bare.get("cpu_us_per_delivery"):
            row["ratio"] = row["cpu_us_per_delivery"] / bare["cpu_us_per_delivery"]
            row["last_ratio"] = row["last_us"] / bare["last_us"]
        report.add(**row)


def hold_goals(report):
    for row in report.rows:
        if row["who"] not in ("hall", "hall, plain send") or "ratio" not in row:
            continue
        what = f"{row['who']}, {row['subscribers']} subscribers, W={row['in_flight']}: "
        limit = 1.2 if row["in_flight"] > 1 else 0.92 if row["who"] == "hall" else 1.05
        report.goal(what + "CPU per delivery × bare", row["ratio"], limit)
        if row["in_flight"] > 1:
            report.goal(what + "deliveries per second of server CPU",
                        1e6 / row["cpu_us_per_delivery"], 3e6, at_least=True)
            continue
        if row["who"] == "hall, plain send":
            report.goal(what + "with people, rights and disk × the loop without them",
                        row["ratio"], 1.1)
        commit_us = row.get("commit_us") or 0
        report.goal(what + "last subscriber, from the commit on, × bare",
                    row["last_ratio"] * (1 - commit_us / row["last_us"]), 1.1)
        if commit_us:
            report.goal(what + "first subscriber after the commit, ms",
                        (row["first_us"] - commit_us) / 1000, 0.3)


def run(stage):
    report = Report("fanout", COLUMNS)
    measure(stage, report, BURST if stage.options.burst else 1)
    hold_goals(report)
    return report
