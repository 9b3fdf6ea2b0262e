"""Executors: where jobs run. `executor.py` says what one is, `catalog.py` lists them."""
