"""What the bridge to online payment did is in the addon now: the bridge is no module any more."""

BRIDGE = "premium_arrears_payment"


def migrate(cr, version):
    """Forget the bridge; it had no data and no fields of its own."""
    if not version:
        return
    cr.execute(
        "UPDATE ir_module_module SET state = 'uninstalled', latest_version = NULL WHERE name = %s",
        [BRIDGE],
    )
    cr.execute("DELETE FROM ir_model_data WHERE module = %s", [BRIDGE])
