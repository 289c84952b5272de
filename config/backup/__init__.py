"""A whole installation in one file, for any database: each row, each attachment."""
