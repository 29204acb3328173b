"""What is generated and kept is fresh; what is generated at build time is not kept."""
import subprocess


def test_protocol_and_vectors_are_fresh(root):
    done = subprocess.run(["/usr/bin/python3", "-B", root / "proto/generate", "--check"],
                          check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_statements_can_be_read(root):
    done = subprocess.run(["/usr/bin/python3", "-B", root / "sql/generate.py", "--list"],
                          check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_nothing_generated_is_committed(root, files):
    names = {"wire_schema.h", "wire_schema.c", "sql_statements.h", "sql_statements.c"}
    problems = [str(p.relative_to(root)) for p in files
                if p.name in names or "generated" in p.relative_to(root).parts
                or "dist" in p.relative_to(root).parts]
    assert not problems, problems
