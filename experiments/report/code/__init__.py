"""A configuration as Keras code that runs where it is pasted."""
