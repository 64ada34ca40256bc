from . import test_bad_input
from . import test_browser
from . import test_companies
from . import test_portfolio
from . import test_promise_cover
from . import test_promise_fee
from . import test_promise_once
from . import test_set_based
