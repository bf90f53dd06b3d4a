"""What a run is shown as: Markdown, and a page with charts and the questions that went wrong."""
