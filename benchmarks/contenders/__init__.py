"""Who climbs the ladder. Each file has `ready(case, trials)`: imports and data, and a function that does the rest.

That function trains the trials, validates after every epoch, and leaves rows and histories in files of a folder.
"""
