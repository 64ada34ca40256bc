from . import account_followup_followup_line
from . import arrears_case
from . import arrears_item
from . import res_partner
