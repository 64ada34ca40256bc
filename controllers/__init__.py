from . import debtor
from . import link
