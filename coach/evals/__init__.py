"""Checks and scores of gold sets."""
