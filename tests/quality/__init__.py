"""How good is the reading of articles? `python -m tests.quality` prints one table; its floors are tests of the suite."""
