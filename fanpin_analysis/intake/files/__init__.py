"""Files of any kind become sheets of cells, safely."""
