"""防止返贫监测帮扶集中排查 in reusable functions: read, check, screen, tabulate, write.

The public names are listed in ``__init__.pyi``. Each is loaded when it is first used, so that
importing the package costs next to nothing.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
