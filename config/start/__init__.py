"""The start page of the back office: what there is, and what wants looking at.

It counts the rows of all apps, so it stands above them.
"""
