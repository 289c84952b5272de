"""PostgreSQL as the project speaks to it."""
