from . import account_move_line
from . import arrears_item
from . import arrears_notice
from . import arrears_stage
from . import credit_control_communication
from . import credit_control_line
from . import credit_control_policy
from . import credit_control_run
