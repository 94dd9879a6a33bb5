"""Who speaks next, and what they say."""
