"""From one line, as somebody said it, to what a search can ask. Pure: everything it needs is passed in.

`search.phrases.understanding.understand` is the way in.
"""
