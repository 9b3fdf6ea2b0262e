"""What a study showed, put to the test: its choices on fresh seeds, and a configuration against itself."""
