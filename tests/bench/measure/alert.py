"""alert: a signed critical alert while a room's chat floods; when its last member has it."""
import time

from client.hall_source import Source

from .report import Column, Report
from .stage import BenchError, median

COLUMNS = [
    Column("who", "server"),
    Column("subscribers", "members"),
    Column("alerts", "alerts"),
    Column("deliveries_per_s", "chat deliveries/s"),
    Column("answer_us", "answer ms", "{:.1f}", 0.001),
    Column("first_us", "first ms", "{:.1f}", 0.001),
    Column("median_us", "median ms", "{:.1f}", 0.001),
    Column("last_us", "last ms", "{:.1f}", 0.001),
    Column("last_p99_us", "last, worst ms", "{:.1f}", 0.001),
    Column("chat_last_us", "chat's last ms", "{:.1f}", 0.001),
    Column("server_busy", "server busy", "{:.0%}"),
    Column("load_busy", "load busy", "{:.0%}"),
]
SIZES, SIZES_QUICK = (10000, 19000), (200,)
ALERTS, FLOOD = 20, 16
GAP_S = 0.4
FLOOD_MAX_S = 120


class Target:
    """Somebody an alert is about: each lives in a building of her own."""

    def __init__(self, hall, community, number):
        town = hall.town
        self.building = town.building(community, name=f"{number}栋")
        self.unit = town.unit(self.building, name="1单元")
        self.phone = f"1390000{number:04}"
        self.community = community
        person = town.resident(community, unit=self.unit, door="101")
        hall.server.hallctl("account", "phone", person.id, self.phone)

    def alert(self, identifier):
        return {"identifier": identifier, "sender": "bench", "sent": int(time.time() * 1000),
                "msg_type": "alert", "status": "actual", "level": "critical",
                "scam_type": "impersonated_authority", "features": ["secrecy", "safe_account"],
                "situation": "接到自称公检法的电话,正在转账",
                "target": {"name": "测试", "phone": self.phone, "door_code": "101",
                           "community_code": self.community.code,
                           "building_code": self.building.code, "unit_code": self.unit.code}}


def inject(source, alert):
    """(begun, answered) in µs of the clock the load client uses too."""
    import json
    body, now, nonce = json.dumps(alert).encode(), int(time.time()), alert["identifier"]
    signature = source.sign(body, nonce, now)
    begun = time.monotonic_ns() // 1000
    status, answer = source.send(body, nonce=nonce, timestamp=now, signature=signature)
    answered = time.monotonic_ns() // 1000
    if status != 201:
        raise BenchError(f"an alert was answered {status}: {answer}")
    return begun, answered


def measure(stage, report, members):
    count = 3 if stage.options.quick else stage.options.rounds or ALERTS
    with stage.scene() as scene:
        hall = scene.hall()
        community, hall.people = hall.fill_room(members + 1)
        targets = [Target(hall, community, number) for number in range(count)]
        hall.town.staff("dispatcher", hall.station, station=hall.station)
        source = Source(hall.server.http, "bench", hall.folder)
        hall.town.one("INSERT INTO service_source (name, title, public_key, station_id)"
                      " VALUES (%s, '反诈中心', %s, %s) RETURNING id", source.name,
                      source.public_key, hall.station.id)
        fan = scene.fan(hall, members + 1)
        fan.ask(f"open {members + 1}")
        fan.ask("greet")
        fan.start(f"fanout {FLOOD_MAX_S} {FLOOD}")
        time.sleep(0.8)  # its warm-up, and a flood that is a flood
        times = []
        for number, target in enumerate(targets):
            times.append(inject(source, target.alert(f"B-{number}")))
            time.sleep(GAP_S)
        fan.start("stop")
        report.add(**row_of(fan.answer(), times, members))


def row_of(figures, times, members):
    notices = sorted(figures["urgent"], key=lambda urgent: urgent["first_us"])
    late = [n for n in notices if n["count"] < members]
    if len(notices) < len(times) or late:
        raise BenchError(f"{len(times)} alerts, {len(notices)} notices came, "
                         f"{len(late)} of them not to everybody")
    since = {name: [] for name in ("first", "median", "last")}
    for (begun, _), notice in zip(times, notices):
        for name, values in since.items():
            values.append(notice[f"{name}_us"] - begun)
    return {
        "who": "hall", "subscribers": members, "alerts": len(times), "in_flight": FLOOD,
        "answer_us": median([answered - begun for begun, answered in times]),
        **{f"{name}_us": median(values) for name, values in since.items()},
        # Of so few the 99th percentile is the worst.
        "last_p99_us": max(since["last"]), "chat_last_us": figures["last_p50_us"],
        **{name: figures[name] for name in ("deliveries_per_s", "server_busy", "load_busy")}}


def run(stage):
    report = Report("alert", COLUMNS)
    for members in stage.options.subscribers or (SIZES_QUICK if stage.options.quick else SIZES):
        measure(stage, report, members)
    for row in report.rows:
        # Promised for 20,000 members; smaller rooms in proportion to what they are.
        report.goal(f"{row['subscribers']} members: last subscriber p99, ms",
                    row["last_p99_us"] / 1000, 250)
    return report
