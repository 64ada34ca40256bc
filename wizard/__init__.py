from . import account_payment_register
from . import arrears_notice_receipt
