"""Results in the forms of other tools, after the fact."""
