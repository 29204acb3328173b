"""What every suite needs: a PostgreSQL of its own, migrated databases, a running server, a town."""
