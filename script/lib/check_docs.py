"""Check what the documents name: check_docs.py, from the root of the repository.

* A link or picture without a scheme leads to a file that is there, an #anchor to a heading.
* Each screen of screen_table.py was taken in each language, and no other file lies beside them.
* *Words in italics* in the handbook are labels on a screen: the English ones stand in the
  translations as source, the Dutch ones as what they became.
"""

import re
import sys
from pathlib import Path

from screen_table import LANGUAGES, SCREENS

HANDBOOK, IMAGES = Path("docs/handbook"), Path("docs/images/screens")
DOCUMENTS = ("*.md", "docs/**/*.md", "bench/*.md", "demo/*.md", "bridges/**/*.md")
# Labels of Odoo's own that the handbook names.
ODOO = {
    "en": {
        "Apps",
        "Invoicing",
        "No Follow-Up",
        "Scheduled Actions",
        "Settings",
        "Update Apps List",
        "Users",
    },
    "nl": {
        "Apps",
        "Facturatie",
        "Geen betalingsherinnering",
        "Geplande acties",
        "Gebruikers",
        "Instellingen",
        "Lijst met apps bijwerken",
    },
}
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
ITALICS = re.compile(r"(?<![*\w])\*(?![\s*])([^*]+?)\*(?![*\w])")
ENTRY = re.compile(r'^(msgid|msgstr) ((?:".*"\n?)+)', re.MULTILINE)


def read(path):
    """Return a document without its code, which has links and stars of its own."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"^ *```.*?^ *```|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(path):
    """Return the anchors that a forge gives to the headings."""
    found = set()
    for heading in re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE):
        words = re.sub(r"[^\w\- ]", "", heading.strip().lower())
        found.add(words.replace(" ", "-"))
    return found


def check_links(path):
    for link in LINK.findall(read(path)):
        if re.match(r"[a-z]+:", link):
            continue
        file, _hash, anchor = link.partition("#")
        target = path.parent / file if file else path
        if not target.exists():
            yield f"{path}: {link} is not there"
        elif anchor and target.suffix == ".md" and anchor not in anchors(target):
            yield f"{path}: {link}: no such heading"


def check_screens():
    wanted = {f"{screen.name}-{language}.png" for screen in SCREENS for language in LANGUAGES}
    there = {path.name for path in IMAGES.glob("*")}
    yield from (f"{IMAGES}/{name} was not taken" for name in sorted(wanted - there))
    yield from (f"{IMAGES}/{name} is of no screen" for name in sorted(there - wanted))


def read_labels():
    """Return the labels of the addon: what stands in the code, and what it is in Dutch."""
    labels = {"msgid": set(), "msgstr": set()}
    for kind, lines in ENTRY.findall(Path("i18n/nl.po").read_text(encoding="utf-8")):
        text = "".join(re.findall(r'"(.*)"', lines))
        labels[kind].add(text.replace('\\"', '"').replace("\\n", " ").strip())
    return {"en": labels["msgid"], "nl": labels["msgstr"]}


def check_labels():
    labels = read_labels()
    for path in sorted(HANDBOOK.glob("*.md")):
        language = path.stem.rpartition("-")[2]
        known = labels[language] | ODOO[language]
        for label in ITALICS.findall(read(path)):
            label = " ".join(label.split())
            if label not in known:
                yield f"{path}: *{label}* is no label on a screen"


def main():
    paths = sorted({path for pattern in DOCUMENTS for path in Path().glob(pattern)})
    bad = [*check_screens(), *check_labels()]
    for path in paths:
        bad += check_links(path)
    print("\n".join(bad))
    return bool(bad)


sys.exit(main())
