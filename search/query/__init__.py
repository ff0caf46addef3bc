"""What do people type, and what does it mean? Nothing here knows of an index or of the analysis of words.

tree.py      the nodes of a query
scanner.py   text to tokens: words, phrases, operators, field names
leaves.py    a word or phrase in its field to a leaf of the tree
parser.py    text to tree and problems: the way in
dates.py     date expressions
printer.py   tree to canonical text
"""
