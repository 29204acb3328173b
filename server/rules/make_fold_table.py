#!/usr/bin/python3
"""Makes text_fold_table.h: which Chinese character folds to which.

Every CJK character is given to opencc by itself (traditional to simplified); compatibility
ideographs are first replaced by the character they stand for.
usage: make_fold_table.py OUTPUT
"""
import subprocess
import sys
import unicodedata

BMP = (0x4E00, 0x9FFF)
RARE = [(0x3400, 0x4DBF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2A700, 0x323AF)]


def fold(characters):
    text = "".join(c + "\n" for c in characters)
    done = subprocess.run(["opencc", "-c", "t2s.json"], input=text.encode(), check=True,
                          stdout=subprocess.PIPE)
    lines = done.stdout.decode().split("\n")[:-1]
    if len(lines) != len(characters):
        sys.exit("opencc answered %d lines for %d" % (len(lines), len(characters)))
    return lines


def assigned(first, last):
    return [chr(c) for c in range(first, last + 1) if unicodedata.category(chr(c)) == "Lo"]


def main():
    ranges = [BMP] + RARE
    characters = [c for first, last in ranges for c in assigned(first, last)]
    plain = [unicodedata.normalize("NFC", c) for c in characters]
    pairs = {}
    for character, simple in zip(characters, fold(plain)):
        if len(simple) == 1 and simple != character:
            pairs[ord(character)] = ord(simple)
    # A fold of a fold is itself, so that folding twice changes nothing.
    for character, simple in pairs.items():
        seen = {character}
        while simple in pairs and pairs[simple] not in seen:
            seen.add(simple)
            simple = pairs[simple]
        pairs[character] = simple
    pairs = {c: s for c, s in pairs.items() if c != s}
    # Characters of the usual block that fold out of it go to the rare list's form as well: none do.
    wide = [c for c, s in pairs.items() if BMP[0] <= c <= BMP[1] and s > 0xFFFF]
    for c in wide:
        del pairs[c]
    if len(pairs) < 2000:
        sys.exit("only %d pairs: is opencc's data there?" % len(pairs))
    rare = sorted((c, s) for c, s in pairs.items() if not BMP[0] <= c <= BMP[1])
    with open(sys.argv[1], "w", encoding="ascii") as out:
        out.write("/* Made by server/rules/make_fold_table.py; never edited. */\n")
        out.write("#ifndef RULES_TEXT_FOLD_TABLE_H\n#define RULES_TEXT_FOLD_TABLE_H\n\n")
        out.write("#include <stdint.h>\n\n")
        out.write("#define TEXT_FOLD_BMP_FIRST 0x%XU\n#define TEXT_FOLD_BMP_LAST 0x%XU\n" % BMP)
        out.write("#define TEXT_FOLD_RARE_FIRST 0x%XU\n" % min(first for first, _ in RARE))
        out.write("#define TEXT_FOLD_RARE_COUNT %dU\n\n" % len(rare))
        out.write("struct text_fold_pair {\n    uint32_t from;\n    uint32_t to;\n};\n\n")
        out.write("static const uint16_t text_fold_bmp[0x%X] = {\n" % (BMP[1] - BMP[0] + 1))
        for c, s in sorted(pairs.items()):
            if BMP[0] <= c <= BMP[1]:
                out.write("    [0x%X] = 0x%X,\n" % (c - BMP[0], s))
        out.write("};\n\nstatic const struct text_fold_pair text_fold_rare[] = {\n")
        for c, s in rare:
            out.write("    {0x%X, 0x%X},\n" % (c, s))
        out.write("};\n\n#endif\n")


if __name__ == "__main__":
    main()
