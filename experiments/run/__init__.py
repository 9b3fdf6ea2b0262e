"""From trials to rows: what is missing is trained and kept."""
