"""Finds the passage that answers a question: the method's texts and the user's own. The only user of chromadb."""

from coach.recall.finder import Recall

__all__ = ["Recall"]
