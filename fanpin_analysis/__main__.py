"""Lets ``python -m fanpin_analysis`` do what ``fanpin`` does."""

import sys

from fanpin_analysis.cli import main

sys.exit(main())
