"""Model kinds, one a file, and how a cell becomes a Keras model."""
