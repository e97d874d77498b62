"""Policies as data: documents, what is checked of them, how they are found, and what they compute. Pure."""
