"""A CSV of any framework's results, an export of W&B, MLflow or Optuna included: its rows are trials."""
