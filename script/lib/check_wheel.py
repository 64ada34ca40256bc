"""Fail when the wheel does not hold exactly the addon: check_wheel.py WHEEL CHECKOUT."""

import ast
import email
import fnmatch
import re
import sys
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

ADDON = "odoo/addons/premium_arrears"
# What stays in the repository, as do names with a dot. Anything else belongs to the addon, a new
# folder too.
STAYS_OUT = {
    "CHANGELOG.md",
    "README.md",
    "bench",
    "bridges",
    "demo",
    "docs",
    "pyproject.toml",
    "script",
    "tests",
}
BIGGEST_PICTURE = 200_000
FORBIDDEN_TAGS = {"script", "style", "link", "iframe", "object", "embed", "base", "meta"}


def check_files(addon, others, checkout):
    """The addon's files, all of them, as they are; nothing else."""
    for name in others:
        if not re.match(r"odoo_addon_premium_arrears-[\d.]+\.dist-info/", name):
            yield f"{name} is neither the addon's nor about the wheel"
    expected = {
        path.relative_to(checkout).as_posix(): path
        for top in checkout.iterdir()
        if top.name not in STAYS_OUT and not top.name.startswith(".")
        for path in [top, *top.rglob("*")]
        if path.is_file()
    }
    for name in sorted(expected.keys() - addon.keys()):
        yield f"{name} is left out"
    for name in sorted(addon.keys() - expected.keys()):
        yield f"{name} should have stayed out"
    for name in sorted(expected.keys() & addon.keys()):
        if expected[name].read_bytes() != addon[name]:
            yield f"{name} differs from the checkout's"


def check_manifest(addon, manifest):
    """Everything that the manifest names is there."""
    for key in ("data", "demo", "images"):
        for name in manifest.get(key, []):
            if name not in addon:
                yield f"{name} is missing, the manifest names it ({key})"
    if not manifest.get("images"):
        yield "the manifest names no picture (images)"
    for bundle, commands in manifest.get("assets", {}).items():
        for command in commands:
            path = command if isinstance(command, str) else command[-1]
            pattern = path.removeprefix("premium_arrears/").replace("**/*", "*")
            if not fnmatch.filter(addon, pattern):
                yield f"{path} matches nothing, the manifest names it ({bundle})"
    if "static/description/icon.png" not in addon:
        yield "static/description/icon.png is missing"


def imported(name, tree):
    """The modules of the addon that the module ``name`` imports, as paths in the addon."""
    package = PurePosixPath(name).parent
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        if node.level:
            base = package
            for _step in range(node.level - 1):
                base = base.parent
            base = base.joinpath(*(node.module or "").split("."))
        elif (node.module or "").startswith("odoo.addons.premium_arrears"):
            base = PurePosixPath(*node.module.split(".")[3:])
        else:
            continue
        yield from ([base] if node.module else [base / alias.name for alias in node.names])


def check_imports(addon):
    """Every module of the addon that is imported is there."""
    for name, content in addon.items():
        if name.endswith(".py"):
            for path in imported(name, ast.parse(content)):
                if f"{path}.py" not in addon and f"{path}/__init__.py" not in addon:
                    yield f"{name} imports {path}, which is missing"


def check_metadata(text, manifest):
    """What pyproject.toml repeats is what the manifest says."""
    metadata = email.message_from_string(text)
    said = {
        "Name": [metadata["Name"], "odoo-addon-premium_arrears"],
        "Version": [metadata["Version"], manifest["version"]],
        "Summary": [metadata["Summary"], manifest["summary"]],
        "Requires-Dist": [
            sorted(metadata.get_all("Requires-Dist", [])),
            sorted(manifest["external_dependencies"]["python"]),
        ],
    }
    for key, (found, expected) in said.items():
        if found != expected:
            yield f"{key} is {found}, not {expected}"


class Page(HTMLParser):
    """What is wrong with a description page, and the pictures it shows."""

    def __init__(self, text):
        super().__init__()
        self.wrong, self.pictures = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag in FORBIDDEN_TAGS:
            self.wrong.append(f"<{tag}>")
        self.wrong += [name for name in values if name.startswith("on")]
        self.wrong += [
            value for value in values.values() if re.search(r"//|url\(|script:", value or "")
        ]
        if tag == "img":
            self.pictures.add(values.get("src"))
            if not values.get("alt"):
                self.wrong.append(f"no alternative text for {values.get('src')}")


def check_page(addon):
    """The description page as the app store takes it, its pictures beside it and small."""
    folder = "static/description"
    content = addon.get(f"{folder}/index.html")
    if content is None:
        yield f"{folder}/index.html is missing"
        return
    page = Page(content.decode())
    for what in page.wrong:
        yield f"{folder}/index.html may not have: {what}"
    if not page.pictures:
        yield f"{folder}/index.html shows no picture"
    there = {name.removeprefix(f"{folder}/") for name in addon if name.startswith(folder)}
    there -= {"index.html", "icon.png", "icon.svg"}
    for name in sorted(page.pictures - there):
        yield f"{folder}/index.html shows {name}, which is missing"
    for name in sorted(there - page.pictures):
        yield f"{folder}/{name} is not shown"
    for name in sorted(page.pictures & there):
        if len(addon[f"{folder}/{name}"]) >= BIGGEST_PICTURE:
            yield f"{folder}/{name} is too big"


def main(wheel, checkout):
    with ZipFile(wheel) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    prefix = f"{ADDON}/"
    addon = {name.removeprefix(prefix): files[name] for name in files if name.startswith(prefix)}
    others = sorted(name for name in files if not name.startswith(prefix))
    wrong = list(check_files(addon, others, Path(checkout)))
    if "__manifest__.py" in addon:
        manifest = ast.literal_eval(addon["__manifest__.py"].decode())
        [metadata] = [files[name].decode() for name in others if name.endswith("/METADATA")]
        wrong += check_manifest(addon, manifest)
        wrong += check_metadata(metadata, manifest)
    wrong += check_imports(addon)
    wrong += check_page(addon)
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{Path(wheel).name}: {len(addon)} files of the addon")
    return 1 if wrong else 0


sys.exit(main(*sys.argv[1:]))
