"""What script/relevance measures: how good the first ten results are, beside PostgreSQL's and plain Whoosh's."""
