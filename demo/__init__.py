"""The portfolio of a fictitious office, and the story that walks it through six months.

Nothing here is imported by the addon itself: `script/demo` and the tests do.
"""
