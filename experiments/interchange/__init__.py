"""Results from other tools, and for them."""
