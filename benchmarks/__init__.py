"""How fast the product is, each figure beside its target and a baseline of the same run.

`python -m benchmarks` measures everything; `python -m benchmarks speed reading` only these.
"""
