"""Walks through the back office in a real browser; `make browser` runs them."""
