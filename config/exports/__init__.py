"""The export engine: the apps' rows to files that can be loaded again."""
