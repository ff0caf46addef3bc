"""The default engine: an ordinary Whoosh index, answered with arrays.

schema.py (what is stored), engine.py (writing, snapshots), snapshot.py (one state of the index, as arrays), view.py (what it answers), execute.py
(plan to matching articles), ranking.py (their scores), ordering.py (order, pages, cursors).
"""
