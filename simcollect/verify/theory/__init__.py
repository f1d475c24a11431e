"""Closed forms. Nothing here knows the engine: plain numbers in, plain numbers out."""
