from . import arrears_notice
from . import arrears_stage
from . import sms_sms
