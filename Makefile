# make serve   index seeds/ into index/ and serve the page on http://127.0.0.1:8765 (make serve PORT=8899 for another)
# make test    run the test suite, but for what needs a cluster
# make test-cluster   the tests on an OpenSearch cluster, which they start and whose nodes they kill (needs Java 17 and Maven)
# make test-whoosh-2.7.4   the default engine's tests on the original Whoosh, in an environment of its own
# make lint    ruff and mypy
# make quality how well articles are read, in one table against its floors; then 10,000 random searches against reading every article,
#              and 100,000 hostile queries
# make quality-cluster   the same searches on an OpenSearch cluster; 100,000 articles written there while a node is killed, and a writer killed at every
#              third request (an hour)
# make bench   how fast articles are read, what that takes, and how it grows with hostile input; how fast queries are understood and matches marked; how our engines
#              compare with Whoosh as documented, SQLite and bare Tantivy at 100,000 articles; what the page takes beyond the search
#              (hours; make bench ARTICLES=5000 for a look)
# make cluster three nodes of OpenSearch on this machine, to try archives on (needs Java 17 and Maven; make cluster OPTIONS=--secure for passwords)
# make bench-cluster   how fast such a cluster is written to and asked, from 30,000 to 1,000,000 articles (hours)
# Each sets up its own environment in .venv, once, and again only when setup.cfg or pyproject.toml change. Nothing else is needed but Python 3.11+ with pip.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8765
ARTICLES ?= 100000
.DEFAULT_GOAL := help

.PHONY: help serve test test-cluster test-whoosh-2.7.4 lint quality quality-cluster bench cluster bench-cluster clean
help:
	@sed -n 's/^# //p' $(firstword $(MAKEFILE_LIST))

# A virtual environment without its own pip also works where Debian's python3-venv is missing; pip is borrowed from the outside then.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Dateline needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) --version). Choose another: make PYTHON=python3.12 serve" >&2; exit 1; }
	$(PYTHON) -m venv --without-pip $(VENV)

$(VENV)/.installed: $(BIN)/python setup.cfg pyproject.toml
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-test: $(BIN)/python setup.cfg pyproject.toml
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/.installed

serve: $(VENV)/.installed
	$(BIN)/dateline index seeds --index index
	$(BIN)/dateline serve --index index --port $(PORT)

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest -n auto -m "not cluster" $(TESTS)

test-cluster: $(VENV)/.installed-test
	$(BIN)/python -m pytest -n auto -m cluster $(TESTS)

# The same packages, but for the one. Its source is of 2016: what Python says of it today is not ours to mend.
$(VENV)-whoosh-2.7.4/.installed: setup.cfg pyproject.toml
	$(PYTHON) -m venv --without-pip $(VENV)-whoosh-2.7.4
	$(PYTHON) -m pip --python $(VENV)-whoosh-2.7.4/bin/python install --quiet --disable-pip-version-check --editable '.[test]'
	$(PYTHON) -m pip --python $(VENV)-whoosh-2.7.4/bin/python uninstall --quiet --yes whoosh3
	$(PYTHON) -m pip --python $(VENV)-whoosh-2.7.4/bin/python install --quiet --disable-pip-version-check Whoosh==2.7.4
	@touch $@

test-whoosh-2.7.4: $(VENV)-whoosh-2.7.4/.installed
	$(VENV)-whoosh-2.7.4/bin/python -W ignore -c 'import whoosh; assert whoosh.__version__ == (2, 7, 4), whoosh.__version__'
	$(VENV)-whoosh-2.7.4/bin/python -m pytest -W ignore::DeprecationWarning -W ignore::SyntaxWarning -k whoosh tests/engines

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

quality: $(VENV)/.installed-test
	$(BIN)/python -m tests.quality
	DATELINE_SEEDS=625 $(BIN)/python -m pytest -n auto -m "not cluster" tests/engines -k random_searches
	DATELINE_HOSTILE=100000 $(BIN)/python -m pytest tests/query/test_hostile.py -k any_text

quality-cluster: $(VENV)/.installed-test
	DATELINE_SEEDS=625 $(BIN)/python -m pytest -n auto tests/engines/test_opensearch.py -k random_searches_give
	DATELINE_ARTICLES=100000 DATELINE_KILLS=3 DATELINE_TELL=1 $(BIN)/python -m pytest -s tests/cluster/test_kills.py -k killed

bench: $(VENV)/.installed-test
	$(BIN)/python -m benchmarks.extraction
	$(BIN)/python -m benchmarks.queries
	$(BIN)/python -m benchmarks.snippets
	$(BIN)/python -m benchmarks.comparison --articles $(ARTICLES) --growth
	$(BIN)/python -m benchmarks.pages --articles $(ARTICLES)

cluster: $(VENV)/.installed-test
	$(BIN)/python -m cluster $(OPTIONS)

bench-cluster: $(VENV)/.installed-test
	$(BIN)/python -m benchmarks.cluster $(OPTIONS)

clean:
	rm -rf $(VENV) $(VENV)-whoosh-2.7.4 cluster/.jars build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
