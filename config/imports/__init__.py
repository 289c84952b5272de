"""The import engine: files to rows, rows to the apps' services, and a report."""
