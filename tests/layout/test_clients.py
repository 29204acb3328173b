"""Pages fetch nothing from elsewhere, run nothing inline, and say everything in both languages."""
import re

import pytest

# Names of formats, not addresses that are fetched.
NAMES = ("http://www.w3.org/", "https://json-schema.org/", "https://unpkg.com/@vue/schema")
LOCAL = re.compile(r"^(https?|wss?)://(localhost|127\.0\.0\.1|[a-z.]*\.?example|hall\.test)\b")
URL = re.compile(r"\b(?:https?|wss?)://[^\s\"'`<>)\\]+")
MARKUP = re.compile(r"\bv-html\b|\.innerHTML\b|\binsertAdjacentHTML\b|\beval\(|new Function\(")
SHOWN = {".ts", ".vue", ".html", ".css", ".json", ".webmanifest", ".svg"}


@pytest.fixture(scope="session")
def client_files(root, files):
    """Sources of the pages: no tests, no lock file."""
    return {p.relative_to(root): p.read_text(encoding="utf-8") for p in files
            if p.relative_to(root).parts[0] == "clients" and p.suffix in SHOWN
            and p.name != "package-lock.json" and ".test." not in p.name
            and "test" not in p.relative_to(root).parts}


def without_comments(text):
    """Comments that fill lines of their own; what is behind code stays, it may be an address."""
    return re.sub(r"/\*.*?\*/|^\s*//[^\n]*|<!--.*?-->", "", text, flags=re.S | re.M)


def test_no_foreign_address(client_files):
    problems = [f"{path}: {url}" for path, text in client_files.items()
                for url in URL.findall(without_comments(text))
                if not LOCAL.match(url) and not url.startswith(NAMES)]
    assert not problems, "\n".join(problems)


def test_no_inline_script_and_no_markup_from_text(client_files):
    problems = []
    for path, text in client_files.items():
        if path.suffix == ".html":
            for attributes, body in re.findall(r"<script\b([^>]*)>(.*?)</script>", text, re.S):
                if "src=" not in attributes or body.strip():
                    problems.append(f"{path}: an inline script")
            if re.search(r"\son\w+\s*=", text):
                problems.append(f"{path}: an inline handler")
        if MARKUP.search(text):
            problems.append(f"{path}: markup or code made from text")
    assert not problems, "\n".join(problems)


def test_types_are_kept(client_files):
    problems = []
    for path, text in client_files.items():
        if path.suffix in (".ts", ".vue"):
            code = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.S)
            if re.search(r"(:\s*any\b|\bas any\b|<any>|@ts-ignore|@ts-nocheck|\bexport default \{)",
                         code):
                problems.append(str(path))
    assert not problems, "any, or a default export: " + ", ".join(problems)


def test_every_word_is_there_in_every_language(root):
    """The compiler checks it too (words/translation.ts); this says it without a compiler."""
    folder = root / "clients/ui/words"
    languages = {}  # zh-Hans.ts and zh-Hans.more.ts are one language, loaded in two steps
    for path in sorted(folder.glob("*.ts")):
        if path.stem not in ("translation", "mentions"):
            languages.setdefault(path.name.split(".")[0], []).extend(
                re.findall(r'^\s*"([\w.]+)":', path.read_text(encoding="utf-8"), re.M))
    assert languages.get("zh-Hans") and len(languages) > 1, f"languages: {sorted(languages)}"
    problems = [f"{name}: {word} stands twice" for name, words in languages.items()
                for word in set(words) if words.count(word) > 1]
    everything = set().union(*languages.values())
    problems += [f"{name} lacks {sorted(everything - set(words))}"
                 for name, words in languages.items() if everything != set(words)]
    assert not problems, "\n".join(problems)


def test_no_text_for_people_in_templates(client_files):
    """Chinese characters stand in the words, not in code or templates."""
    problems = []
    for path, text in client_files.items():
        # Except where the words are, and the languages' own names.
        if path.suffix in (".ts", ".vue") and "words" not in path.with_suffix("").parts:
            code = re.sub(r"//[^\n]*", "", without_comments(text))
            found = re.search(r"[\u4e00-\u9fff]+", code)
            if found:
                problems.append(f"{path}: {found[0]}")
    assert not problems, "\n".join(problems)
