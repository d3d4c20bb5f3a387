"""How good search is: figures over real names and judged queries, beside what others find.

`python -m tests.search.quality` prints the figures that stand in docs/guide/ranking.md.
"""
