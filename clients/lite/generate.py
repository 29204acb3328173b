#!/usr/bin/python3
"""Makes the lite pages in C from the templates of this folder.

    generate.py DIR           writes DIR/lite_pages.h and DIR/lite_pages.c

A template is HTML. At build time `{{> name}}` is the part name.part.html, `{{css}}` the style,
`{{lang}}` the language and `{{t.key}}` a word of words.toml (each page exists in every language).
At run time `{{slot}}` is a value, always escaped; `{{#slot}}…{{/slot}}` stands when the value is
not empty, `{{^slot}}…{{/slot}}` when it is; `{{#items}}…{{/items}}` stands once per item. A word
may hold `{slot}` as well. Standard library only.
"""
import base64
import hashlib
import html
import pathlib
import re
import sys
import tomllib

FOLDER = pathlib.Path(__file__).resolve().parent
LANGUAGES = ("zh-Hans", "zh-Hant", "en")
TAG = re.compile(r"\{\{([#^/>]?)\s*([\w.]+)\s*\}\}")
LITERAL_MAX = 1000  # characters of one C string literal
# A value may stand in text and between double quotes, nowhere else.
UNQUOTED = re.compile(r"=\s*\{\{|=\s*'[^']*\{\{|<(script|style)\b[^>]*>[^<]*\{\{(?!css)")


class Problem(Exception):
    """Something in a template or in the words that cannot be accepted."""


def read(name):
    return (FOLDER / name).read_text(encoding="utf-8")


def style():
    """Without comments and the spaces nobody needs."""
    text = re.sub(r"/\*.*?\*/", "", read("page.css"), flags=re.S)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r" ?([{};,>]) ?", r"\1", text).replace(": ", ":").replace(";}", "}").strip()


def load_words():
    words = tomllib.loads(read("words.toml"))
    for key, row in words.items():
        if set(row) != set(LANGUAGES) or not all(row.values()):
            raise Problem(f"words.toml: {key} is not there in {LANGUAGES}")
    return words


def expand(text, language, words, used):
    """What is known at build time; words become text with their slots as tags."""
    def fill(match):
        sign, name = match.groups()
        if sign == ">":
            return expand(read(f"{name}.part.html"), language, words, used)
        if sign == "" and name == "css":
            return style()
        if sign == "" and name == "lang":
            return language
        if sign == "" and name.startswith("t."):
            used.add(name[2:])
            if name[2:] not in words:
                raise Problem(f"no word {name[2:]}")
            word = html.escape(words[name[2:]][language])
            return re.sub(r"\{(\w+)\}", r"{{\1}}", word)
        return match[0]
    return TAG.sub(fill, text)


def pieces(text, name):
    """(kind, slot, text) in order; what opens is closed."""
    if UNQUOTED.search(text):
        raise Problem(f"{name}: a value outside of text and double quotes")
    out, at, opened = [], 0, []
    for tag in TAG.finditer(text):
        out.append(("TEXT", None, text[at:tag.start()]))
        at = tag.end()
        sign, slot = tag.groups()
        if sign == "":
            out.append(("VALUE", slot, ""))
        elif sign == "/":
            if not opened or opened.pop() != slot:
                raise Problem(f"{name}: {{{{/{slot}}}}} closes what is not open")
            out.append(("END", slot, ""))
        else:
            opened.append(slot)
            kind = "EACH" if slot == "items" else "IF" if sign == "#" else "UNLESS"
            out.append((kind, slot, ""))
    out.append(("TEXT", None, text[at:]))
    if opened:
        raise Problem(f"{name}: {opened[-1]} is never closed")
    return [piece for piece in out if piece[0] != "TEXT" or piece[2]]


def squeeze(text):
    """Lines joined: indentation between tags is nothing a reader needs."""
    return re.sub(r"\s*\n\s*", "\n", text).replace(">\n<", "><").strip() + "\n"


def literals(text):
    for at in range(0, len(text), LITERAL_MAX):
        part = text[at:at + LITERAL_MAX]
        part = part.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        yield part, len(text[at:at + LITERAL_MAX].encode())


def array(name, parts):
    """One C array of pieces; an opening piece knows how many follow until its end."""
    rows = []
    for kind, slot, text in parts:
        if kind == "TEXT":
            rows += [("TEXT", None, part, size) for part, size in literals(text)]
        else:
            rows.append((kind, slot, "", 0))
    lines, opened = [], []
    skips = {}
    for i, row in enumerate(rows):
        if row[0] in ("IF", "UNLESS", "EACH"):
            opened.append(i)
        elif row[0] == "END":
            start = opened.pop()
            skips[start] = i - start
    for i, (kind, slot, text, size) in enumerate(rows):
        slot_name = "0" if slot in (None, "items") else f"LITE_SLOT_{slot.upper()}"
        lines.append(f'    {{LITE_{kind}, {slot_name}, {skips.get(i, 0)}, {size}, "{text}"}},')
    return f"static const struct lite_piece {name}[] = {{\n" + "\n".join(lines) + "\n};\n", len(rows)


def policy():
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; base-uri 'none'; "
            "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'")


def make():
    words, used, slots = load_words(), set(), set()
    pages = sorted(p.name.removesuffix(".html") for p in FOLDER.glob("*.html")
                   if not p.name.endswith(".part.html"))
    arrays, table = [], []
    for page in pages:
        row = []
        for language in LANGUAGES:
            parts = pieces(squeeze(expand(read(f"{page}.html"), language, words, used)), page)
            slots |= {slot for _, slot, _ in parts if slot not in (None, "items")}
            name = f"{page}_{language.replace('-', '_').lower()}"
            text, count = array(name, parts)
            arrays.append(text)
            row.append(f"{{{name}, {count}}}")
        table.append(f"    [LITE_PAGE_{page.upper()}] = {{{', '.join(row)}}},")
    unused = set(words) - used
    if unused:
        raise Problem(f"words nobody uses: {sorted(unused)}")
    return pages, sorted(slots), arrays, table


def header(pages, slots):
    slot_lines = "\n".join(f"    LITE_SLOT_{slot.upper()}," for slot in slots)
    page_lines = "\n".join(f"    LITE_PAGE_{page.upper()}," for page in pages)
    languages = "\n".join(f"    LITE_{lang.replace('-', '_').upper()}," for lang in LANGUAGES)
    return f"""/* Made by clients/lite/generate.py. */
#ifndef NET_LITE_PAGES_H
#define NET_LITE_PAGES_H

#include <stdint.h>

enum lite_slot {{
{slot_lines}
    LITE_SLOT_COUNT
}};
enum lite_page {{
{page_lines}
    LITE_PAGE_COUNT
}};
enum lite_language {{
{languages}
    LITE_LANGUAGE_COUNT
}};
enum lite_kind {{ LITE_TEXT, LITE_VALUE, LITE_IF, LITE_UNLESS, LITE_EACH, LITE_END }};
struct lite_piece {{
    uint8_t kind;
    uint8_t slot;
    uint16_t skip; /* from an opening piece to its end */
    uint32_t len;
    const char *text;
}};
struct lite_template {{
    const struct lite_piece *pieces;
    uint32_t count;
}};
extern const struct lite_template lite_templates[LITE_PAGE_COUNT][LITE_LANGUAGE_COUNT];
extern const char lite_policy[];

#endif
"""


def main(folder):
    try:
        pages, slots, arrays, table = make()
    except (Problem, OSError, tomllib.TOMLDecodeError) as problem:
        sys.exit(f"clients/lite: {problem}")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lite_pages.h").write_text(header(pages, slots), encoding="utf-8")
    source = ('/* Made by clients/lite/generate.py. */\n#include "net/lite_pages.h"\n\n'
              + "\n".join(arrays)
              + "\nconst struct lite_template lite_templates[LITE_PAGE_COUNT][LITE_LANGUAGE_COUNT]"
              + " = {\n" + "\n".join(table) + "\n};\n"
              + f'const char lite_policy[] = "{policy()}";\n')
    (folder / "lite_pages.c").write_text(source, encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
