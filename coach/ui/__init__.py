"""The pages. One file a page; they show what the session says and pass on what the user does, nothing more."""
