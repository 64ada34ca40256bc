"""Print a Debian mirror of this machine, as a deb822 entry without suites.

apt's own configuration is read (both formats), because a mirror's address is the machine's
business: it differs per network and is never written into this project.
"""

import re
import subprocess
import sys
from pathlib import Path

DEBIAN_SUITES = {
    *("sid", "unstable", "testing", "stable", "oldstable", "oldoldstable"),
    *("bullseye", "bookworm", "trixie", "forky", "duke"),
}
KEYRINGS = ("debian-archive-keyring.pgp", "debian-archive-keyring.gpg")


def deb822_entries(text):
    for paragraph in re.split(r"\n\s*\n", text):
        entry, field = {}, None
        for line in paragraph.splitlines():
            if line.startswith("#"):
                continue
            if line[:1] in " \t" and field:
                entry[field] += "\n" + line
            elif ":" in line:
                field, value = line.split(":", 1)
                field = field.strip().lower()
                entry[field] = value.strip()
        if entry and entry.get("enabled", "yes").lower() not in ("no", "false", "off"):
            yield entry


def one_line_entries(text):
    for line in text.splitlines():
        match = re.match(r"\s*(deb)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)([^#]*)", line)
        if match:
            kind, options, uri, suite, components = match.groups()
            options = dict(o.split("=", 1) for o in (options or "").split() if "=" in o)
            yield {
                "types": kind,
                "uris": uri,
                "suites": suite,
                "components": components.strip(),
                "signed-by": options.get("signed-by", ""),
            }


def entries():
    wanted = ["LIST", "Dir::Etc::sourcelist/f", "PARTS", "Dir::Etc::sourceparts/d"]
    dump = subprocess.run(
        ["apt-config", "shell", *wanted], capture_output=True, text=True, check=True
    )
    paths = dict(re.findall(r"(\w+)='([^']*)'", dump.stdout))
    files = [Path(paths["LIST"]), *sorted(Path(paths["PARTS"]).glob("*"))]
    for file in files:
        if file.is_file() and file.suffix in (".list", ".sources"):
            read = deb822_entries if file.suffix == ".sources" else one_line_entries
            yield from read(file.read_text(errors="replace"))


def main():
    for entry in entries():
        suites = entry.get("suites", "").split()
        uris = [u for u in entry.get("uris", "").split() if not u.startswith("cdrom:")]
        if (
            uris
            and "deb" in entry.get("types", "").split()
            and "main" in entry.get("components", "").split()
            and DEBIAN_SUITES.intersection(suites)
        ):
            keyrings = (Path("/usr/share/keyrings") / name for name in KEYRINGS)
            signed_by = entry.get("signed-by") or next((str(k) for k in keyrings if k.exists()), "")
            print(f"Types: deb\nURIs: {uris[0]}\nComponents: main")
            if signed_by:
                print(f"Signed-By: {signed_by}")
            return 0
    return 1


sys.exit(main())
