"""Articles in, scored passages out: loading, chunking, embedding, storing, searching."""
