"""What do people type, and what does it mean? Nothing here knows of an index or of the analysis of words.

tree.py      the nodes of a query
fields.py    what can stand before a colon
scanner.py   text to tokens: words, phrases, operators, field names
habits.py    operators of other search programs among the tokens
leaves.py    a word or phrase in its field to a leaf of the tree
parser.py    text to tree and problems: the way in
dates.py     date expressions
printer.py   tree to canonical text
"""
