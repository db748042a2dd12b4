"""Words on a terminal, and the place where things are wired together. No SQL and no arithmetic of its own."""
