"""Model kinds, one per file, and how a cell becomes a Keras model."""
