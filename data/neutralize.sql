-- A copy of a database must not write to customers: what runs by itself stays off.
UPDATE ir_cron SET active = false
 WHERE id IN (SELECT res_id FROM ir_model_data
               WHERE module = 'premium_arrears' AND model = 'ir.cron')
    OR ir_actions_server_id IN (SELECT id FROM ir_act_server WHERE code = 'model._cron_run_released()');
