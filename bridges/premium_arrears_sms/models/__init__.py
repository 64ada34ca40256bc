from . import arrears_notice
from . import arrears_stage
from . import res_company
from . import sms_sms
