from . import arrears_run
