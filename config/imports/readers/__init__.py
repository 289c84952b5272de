"""From a file, whatever it is, to a table of rows of text."""
