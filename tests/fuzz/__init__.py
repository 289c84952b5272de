"""Both APIs against models of them, whatever is asked in whatever order."""
