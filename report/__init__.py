from . import arrears_report
from . import arrears_ageing_report
from . import arrears_flow_report
from . import arrears_notice_report
from . import arrears_charge_report
from . import arrears_arrangement_report
from . import insurance_coverage_gap_report
