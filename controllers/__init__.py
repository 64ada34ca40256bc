from . import debtor
from . import log_mask
from . import page
from . import link
from . import my_arrears
from . import my_arrangement
from . import my_words
