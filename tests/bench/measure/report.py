"""Rows of figures: as a table for people, as JSON for programs, and beside what is promised."""
import json


class Column:
    def __init__(self, name, title, form="{:.0f}", scale=1.0):
        self.name, self.title, self.form, self.scale = name, title, form, scale

    def text(self, row):
        value = row.get(self.name)
        if value is None:
            return "–"
        return value if isinstance(value, str) else self.form.format(value * self.scale)


class Report:
    """The rows of one bench. A row is a dict with "who"; goals hold a figure against a promise."""

    def __init__(self, bench, columns):
        self.bench, self.columns = bench, columns
        self.rows = []
        self.goals = []

    def add(self, **row):
        self.rows.append(row)

    def goal(self, what, figure, limit, unit="", at_least=False):
        """limit: the most, or with at_least the least, that contract.md section 4 promises."""
        if figure is None:
            return
        met = figure >= limit if at_least else figure <= limit
        self.goals.append({"what": what, "figure": figure, "limit": limit, "unit": unit,
                           "at_least": at_least, "met": met})

    def print(self):
        shown = [c for c in self.columns if any(row.get(c.name) is not None for row in self.rows)]
        lines = [[c.title for c in shown]] + [[c.text(row) for c in shown] for row in self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(shown))]
        print()
        for line in lines:
            cells = [line[0].ljust(widths[0])]
            cells += [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])]
            print("  ".join(cells))
        for row in self.rows:
            if row.get("problem"):
                print(f"{row['who']}: {row['problem']}")
        for goal in self.goals:
            sign = "≥" if goal["at_least"] else "≤"
            print(f"{'met   ' if goal['met'] else 'MISSED'}  {goal['what']}: "
                  f"{goal['figure']:.4g} ({sign} {goal['limit']:.4g}{goal['unit']})")

    def as_json(self):
        return {"bench": self.bench, "rows": self.rows, "goals": self.goals}


def write_json(path, reports):
    """One bench is an object, several are a list of them."""
    objects = [report.as_json() for report in reports]
    with open(path, "w", encoding="utf-8") as file:
        json.dump(objects[0] if len(objects) == 1 else objects, file, indent=1,
                  ensure_ascii=False)
        file.write("\n")
