"""The chat page: a server that answers from a script, and the page in a real browser."""
