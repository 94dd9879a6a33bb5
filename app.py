"""Serve Codev Coach: `python app.py`, then http://127.0.0.1:7860."""

from coach.cli import main

if __name__ == "__main__":
    import sys

    sys.argv[1:1] = ["app"]
    main()
