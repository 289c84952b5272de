"""How PostgreSQL reads big tables."""
