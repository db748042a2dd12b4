"""A session's conversation as text, Markdown, HTML or JSON; each format is a module that yields pieces of a file."""
