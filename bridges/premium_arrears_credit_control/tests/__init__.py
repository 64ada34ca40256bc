from . import test_credit_control_counts
from . import test_credit_control_leaves
from . import test_credit_control_reach
