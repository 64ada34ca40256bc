from . import account_payment_register
from . import arrears_action_postpone
from . import arrears_notice_preview
from . import arrears_run_execute
from . import arrears_withdraw
from . import arrears_case_move_stage
from . import arrears_procedure_revise
from . import arrears_fee_waive
