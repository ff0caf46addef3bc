"""What people type, and the tree it becomes: tree.py (nodes), parser.py (text to tree and problems), printer.py (tree to canonical text), dates.py (date expressions)."""
