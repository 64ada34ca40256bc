from . import account_payment_register
from . import arrears_fee_waive
