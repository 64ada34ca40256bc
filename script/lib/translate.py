"""Bring i18n/ in line with the addon: the template of its terms, and the Dutch translation.

Usage: translate.py DATABASE ROOT LINKS [--check], with Odoo's configuration in ODOO_RC.
LINKS is the addons folder where the addon has its technical name. Exit status 1: a term has no
translation, or (with --check, which writes nothing) a file is out of date.
"""

import io
import sys
from pathlib import Path

import polib

import odoo.tools
from odoo.modules.registry import Registry
from odoo.tools.translate import TranslationFileWriter, TranslationModuleReader

ADDON = "premium_arrears"
# Folders of the checkout whose terms are not the addon's own: bridges are addons of their own.
NOT_OURS = ("bridges", ".local", "tests", "script", "bench", "demo")
# Says when, not what: it would change the file each time.
VOLATILE = ("POT-Creation-Date", "PO-Revision-Date")
WIDTH = 78


class Reader(TranslationModuleReader):
    """Read the terms of one addon, of the files that belong to it."""

    links = ""

    def _export_translatable_resources(self):
        self._path_list = [(self.links, True)]
        super()._export_translatable_resources()

    def _verified_module_filepaths(self, fname, path, root):
        found = super()._verified_module_filepaths(fname, path, root)
        inside = Path(root).relative_to(path).parts[1:2]
        return (None,) * 4 if inside and inside[0] in NOT_OURS else found


def read_template(database, links):
    """Return the addon's terms as a polib file, without translations."""
    Reader.links = links
    buffer = io.BytesIO()
    with Registry(database).cursor() as cr:
        TranslationFileWriter(buffer, fileformat="po", lang=None).write_rows(
            Reader(cr, modules=[ADDON], lang=None)
        )
    template = polib.pofile(buffer.getvalue().decode(), wrapwidth=WIDTH)
    for key in VOLATILE:
        template.metadata.pop(key, None)
    return template


def merge(translation, template):
    """Give a translation the terms of the template; what is translated stays, the rest goes."""
    translation.merge(template)
    for entry in translation.obsolete_entries():
        translation.remove(entry)
    translation.sort(key=lambda entry: entry.msgid)
    return translation


def main(database, root, links, check=None):
    odoo.tools.config.parse_config(["-d", database, "--no-http"], setup_logging=True)
    folder = Path(root) / "i18n"
    template = read_template(database, links)
    dutch = merge(polib.pofile(str(folder / "nl.po"), wrapwidth=WIDTH), template)

    bad = False
    for path, content in (
        (folder / f"{ADDON}.pot", f"{template}\n"),
        (folder / "nl.po", f"{dutch}\n"),
    ):
        if path.read_text() == content:
            continue
        if check:
            bad = True
            print(
                f"{path.relative_to(root)} is out of date; script/translate brings it up to date."
            )
        else:
            path.write_text(content)
            print(f"{path.relative_to(root)} is written anew.")
    untranslated = dutch.untranslated_entries() + dutch.fuzzy_entries()
    for entry in untranslated:
        print(f"no translation: {entry.msgid!r}, {entry.occurrences[0][0]}")
    print(f"{len(template)} terms, {len(untranslated)} without a translation in nl.po")
    return 1 if bad or untranslated else 0


sys.exit(main(*sys.argv[1:]))
