"""The distributed engine: articles on an OpenSearch cluster, asked through points in time.

connection.py (requests, and what goes wrong with them, in our words), schema.py (what is stored), state.py (which articles count: the archive's state
document, the turns of its writers), moment.py (a point in time), engine.py (writing, opening), view.py (what one state answers), compile.py (plan to
query), proximity.py (places of words), ranking.py (what is added to a score), ordering.py (order, pages, cursors), counting.py (the most frequent
values, with exact numbers), listing.py (which values there are), words.py (which words).
"""
