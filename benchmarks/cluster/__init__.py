"""How fast is an archive on a cluster: indexing, searches, many readers, and how does that grow with the number of articles?

python -m benchmarks.cluster [--articles N...] [--readers N...] [--url ADDRESS] [--heap SIZE] [--warm N] [--rounds N] [--json FILE]

machine.py (the cluster, and when it has nothing left to do), filling.py (indexing raw files, and the same documents bare), space.py (bytes),
asking.py (searches that nobody has kept the answers of), readers.py (several at once, in processes), requests.py (what a search sends, and the same
requests bare), figures.py (what was measured), table.py (how that is shown).
"""
