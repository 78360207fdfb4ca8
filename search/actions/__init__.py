"""Changes that finding makes: what is to be indexed again, and the indexing itself."""
