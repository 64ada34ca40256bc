"""Which fields a person writes, where all the others are the engine's."""

from odoo import models
from odoo.exceptions import AccessError


def without_foreign_defaults(model, vals_list, by_hand):
    """Return a model and values so that only ``by_hand`` can get a default from the caller.

    Odoo fills what is not given from ``default_*`` in the context and from a user's own defaults:
    both would get past a check of the values alone.

    :param model: the model whose ``create`` is called
    :param vals_list: the values as they came
    :param by_hand: names of the fields that people write
    :return: (the model without foreign ``default_*``, the values with the engine's fields filled)
    """
    if model.env.su:
        return model, vals_list
    foreign = {
        name: field
        for name, field in model._fields.items()
        if name not in by_hand
        and field.store
        and not field.compute
        and name not in models.MAGIC_COLUMNS
    }
    for mixin in ("mail.thread", "mail.activity.mixin"):
        foreign = {n: f for n, f in foreign.items() if n not in model.env[mixin]._fields}
    own = {
        name: field.default(model) if field.default else [] if field.type[-4:] == "many" else False
        for name, field in foreign.items()
    }
    context = {
        key: value
        for key, value in model.env.context.items()
        if not key.startswith("default_") or key.removeprefix("default_") in by_hand
    }
    return model.with_env(model.env(context=context)), [{**own, **vals} for vals in vals_list]


def check_by_hand(model, vals, by_hand):
    """Refuse what only the engine may write.

    :param vals: the values that somebody writes
    :param by_hand: names of the fields that people write
    :raise AccessError: names the other fields
    """
    own = by_hand | model.env["mail.thread"]._fields.keys()
    if not model.env.su and (foreign := vals.keys() - own):
        raise AccessError(
            model.env._(
                "These are worked out and not written by hand: %s.",
                ", ".join(sorted(model._fields[name].string for name in foreign)),
            )
        )
