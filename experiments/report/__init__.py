"""Pages, tables and figures from a results folder. Needs neither the journal nor TensorFlow."""
