from . import account_move
from . import payment_link_wizard
