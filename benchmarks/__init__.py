"""How fast the register is, as ratios to bare PostgreSQL: `make bench`."""
