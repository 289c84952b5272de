"""What is left when processes, the database or the disk fail in the middle of work.

These tests start servers of their own and kill them: `make faults` runs them.
"""
