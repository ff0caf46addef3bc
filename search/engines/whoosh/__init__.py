"""The default engine: an ordinary Whoosh index, answered with arrays.

schema.py (what is stored), engine.py (writing, snapshots), snapshot.py (one view of the index, as arrays), execute.py (plan to matching
articles and scores), selections.py (facet selections and counts), ordering.py (order, pages, cursors).
"""
