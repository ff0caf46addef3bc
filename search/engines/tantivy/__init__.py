"""The fast engine: a Tantivy index, asked with Tantivy's own queries.

schema.py (what is stored), engine.py (writing, opening), view.py (what it answers), compile.py (plan to query), templates.py (proximity as phrases
with fixed places), ranking.py (what is added to a score), ordering.py (order, pages, cursors).
"""
