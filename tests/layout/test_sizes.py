"""Files, functions, parameters and lines stay within their limits."""
import re
import unicodedata

FILE_LINES = 500
FUNCTION_LINES = 80
PARAMETERS = 5
COLUMNS = 100
COMPONENT_LINES = 200
CHECKED = {".c", ".h", ".py", ".ts", ".vue", ".mjs", ".sh"}
# A function's head begins in the first column and its body's brace stands there alone.
FUNCTION = re.compile(r"^(?P<head>[a-zA-Z_][^;{}#]*?)\n\{\n(?P<body>.*?)^\}", re.M | re.S)


def width(line):
    """Columns on a screen: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def parameters(head):
    """How many the last pair of parentheses of a function's head holds."""
    depth = end = 0
    for at in range(len(head) - 1, -1, -1):
        if head[at] == ")":
            depth += 1
            end = end or at
        elif head[at] == "(":
            depth -= 1
            if depth == 0:
                inside = re.sub(r"\([^()]*\)", "", head[at + 1:end])
                return 0 if inside.strip() in ("", "void") else inside.count(",") + 1
    return 0


def functions(text):
    """(name, lines, parameters) of every function."""
    for found in FUNCTION.finditer(text):
        head = found["head"]
        if head.lstrip().startswith(("struct", "enum", "static const struct")) and "(" not in head:
            continue
        name = re.search(r"(\w+)\s*\(", head)
        if name:
            yield name[1], found[0].count("\n") + 1, parameters(head)


def test_files_are_short(root, files):
    problems = []
    for path in files:
        if path.suffix not in CHECKED and path != root / "hall":
            continue
        lines = path.read_text(encoding="utf-8").count("\n")
        limit = COMPONENT_LINES if path.suffix == ".vue" else FILE_LINES
        if lines > limit:
            problems.append(f"{path.relative_to(root)} has {lines} lines, {limit} are allowed")
    assert not problems, "\n".join(problems)


def test_functions_are_short_and_take_few_parameters(c_files):
    problems = []
    for path, text in c_files.items():
        for name, lines, count in functions(text):
            if lines > FUNCTION_LINES:
                problems.append(f"{path}: {name} has {lines} lines, {FUNCTION_LINES} are allowed")
            if count > PARAMETERS:
                problems.append(f"{path}: {name} takes {count} parameters, not {PARAMETERS}")
    assert not problems, "\n".join(problems)


def test_lines_fit_the_screen(root, files):
    problems = []
    for path in files:
        if path.suffix not in CHECKED - {".vue"} or "clients" in path.parts:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            # A string of text for people may not be breakable; code is.
            if width(line) > COLUMNS and len(line) > COLUMNS:
                problems.append(f"{path.relative_to(root)}:{number}: {width(line)} columns")
    assert not problems, "\n".join(problems)


def test_the_check_reads_functions():
    text = ("static int one(void)\n{\n    return 1;\n}\n\n"
            "enum status two(struct a *a, void (*fn)(int, int), int c,\n                int d)\n{\n"
            + "    x();\n" * 90 + "}\n")
    found = list(functions(text))
    assert found[0] == ("one", 4, 0)
    assert found[1][0] == "two" and found[1][1] > FUNCTION_LINES and found[1][2] == 4
