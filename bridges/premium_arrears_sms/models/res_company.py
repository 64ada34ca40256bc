from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        result = super().write(vals)
        if any(not vals.get(name, True) for name in ("arrears_paused", "arrears_test_email")):
            # What was held back may leave now; by itself the queue looks once a day.
            self.env.ref("sms.ir_cron_sms_scheduler_action")._trigger()
        return result
