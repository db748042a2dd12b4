"""Keeps the journal and the records, and answers queries. All SQL stands here, for both databases."""
