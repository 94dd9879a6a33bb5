"""The history of the database's shape: run by `coach.store` at start, one file a step."""
