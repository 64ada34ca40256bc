from . import account_payment_register
from . import arrears_case_move_stage
from . import arrears_procedure_revise
