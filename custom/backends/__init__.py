"""What a training step does differently on each backend: one module per backend, all with the same functions."""
