from . import followup_line
from . import res_partner
