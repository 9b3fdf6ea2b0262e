"""Results of other tools as results of ours: a source becomes an `Imported`, which one writer writes."""
