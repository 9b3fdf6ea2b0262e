"""What a script in `benchmarks/` finds beside it is found here too."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
