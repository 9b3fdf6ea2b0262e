"""What is kept of a run: the journal, the CSVs and the manifest."""
