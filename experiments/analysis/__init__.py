"""Tables from tables: what the trials of a study say. No plotting, no files, no TensorFlow."""
