"""The texts of letters are views: a change after which one lacks a mandatory part is refused."""

from odoo import api, models

from .arrears_notice_sample import LETTER_KINDS

TEXT = "premium_arrears.notice_text"
SHARED_KEYS = (TEXT, "premium_arrears.say", "premium_arrears.notice_letter")
CHANGES_A_TEXT = frozenset(
    {"arch", "arch_base", "arch_db", "active", "inherit_id", "key", "mode", "priority"}
)


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    @api.model_create_multi
    def create(self, vals_list):
        views = super().create(vals_list)
        views._check_letter_texts()
        return views

    def write(self, vals):
        result = super().write(vals)
        if CHANGES_A_TEXT & vals.keys():
            self._check_letter_texts()
        return result

    def _check_letter_texts(self):
        """Refuse a text that leaves a letter without a part it must have."""
        notices = self.env["arrears.notice"]
        if not notices._may_check_letters():
            return
        arch = self._fields["arch"]
        for view in self.filtered(lambda view: view.type == "qweb"):
            if self.env.is_protected(arch, view):
                continue  # half-way: writing arch writes arch_db, and comes here again after that
            if kinds := view._get_letter_kinds():
                source = self.env._("Template %s", view.name or view.key)
                notices._check_letters(source, kinds)

    def _get_letter_kinds(self):
        """Return the kinds of letters that a view, or one that it inherits from, is part of."""
        self.ensure_one()
        view, kinds = self.sudo(), set()
        while view:
            key = view.key or ""
            own = key.removeprefix(f"{TEXT}_")
            if own in LETTER_KINDS:
                kinds.add(own)
            elif key.startswith(SHARED_KEYS):
                return LETTER_KINDS
            view = view.inherit_id
        return tuple(kind for kind in LETTER_KINDS if kind in kinds)
