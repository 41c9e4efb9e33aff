"""The measures by which rankings are compared, on rankings small enough to work out on paper."""

import json
from math import log2

import numpy as np
import pytest

pytest.importorskip("scipy", reason="the measures of benchmarks/ need scipy")

from benchmarks import collections
from benchmarks.measures import average_precision, compare, compare_all, evaluate, ndcg, recall


def test_the_right_answers_first_are_worth_one_and_later_less():
    right = {"a": 1.0, "b": 1.0}
    assert ndcg(["a", "b", "x"], right) == pytest.approx(1)
    best = 1 + 1 / log2(3)
    assert ndcg(["a", "x", "b"], right) == pytest.approx((1 + 1 / log2(4)) / best)
    assert ndcg(["x"] * 10 + ["a"], right) == 0


def test_more_useful_answers_weigh_more():
    right = {"good": 2.0, "fair": 1.0}
    assert ndcg(["good", "fair"], right) > ndcg(["fair", "good"], right) > 0


def test_average_precision_counts_answers_that_were_not_found_at_all():
    right = {"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0}
    assert average_precision(["a", "x", "b"], right) == pytest.approx((1 + 2 / 3) / 4)
    assert recall(["a", "x", "b"], right) == 0.5


def test_a_query_that_finds_nothing_counts_as_nothing():
    scores = evaluate({"1": ["a"]}, {"1": {"a": 1.0}, "2": {"b": 1.0}})
    assert scores.ndcg.tolist() == [1, 0]


def test_chance_explains_a_difference_that_goes_both_ways_and_not_one_that_goes_one_way():
    base = np.linspace(0.1, 0.6, 40)
    wobble = np.where(np.arange(40) % 2, 0.1, -0.1)
    either, better = compare(base + wobble, base), compare(base + 0.1 + wobble / 2, base)
    assert either.t > 0.5 and either.flips > 0.5
    assert better.t < 0.001 and better.flips < 0.001
    assert better.ratio == pytest.approx((base.mean() + 0.1) / base.mean())
    assert compare(base, base).t == compare(base, base).flips == 1


def test_every_collection_weighs_the_same_however_many_queries_it_has():
    many, few = np.full(90, 0.5), np.full(10, 0.9)
    both = compare_all([many, few], [many, few])
    assert both.ours == both.theirs == pytest.approx(0.7)
    noisy = np.linspace(0, 0.4, 90)
    assert compare_all([many + noisy, few], [many, few]).t < 0.001


def test_a_folder_of_collections_is_read_as_it_stands(tmp_path):
    place = tmp_path / "llis_related"
    place.mkdir()
    rows = [
        {"id": "1", "title": "Cold", "text": "Bring gloves."},
        {"id": "2", "title": "", "text": "x"},
    ]
    (place / "docs.jsonl").write_text("\n".join(map(json.dumps, rows)))
    queries = [{"id": "r1", "text": "cold"}, {"id": "r2", "text": "nobody judged this"}]
    (place / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (place / "qrels.tsv").write_text("r1\t2\t1\nr1\t1\t0\n")
    [name] = collections.names(tmp_path)
    read = collections.read(tmp_path, name)
    assert read.queries == {"r1": "cold"}
    assert read.gains == {"r1": {"2": 1.0}}
    assert read.own("r1") == "1"
    assert read.documents["1"].whole == "Cold\n\nBring gloves."


def test_where_there_are_no_collections_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv(collections.ENVIRONMENT, str(tmp_path / "nowhere"))
    with pytest.raises(collections.NoCollections, match=r"no test collections in .*nowhere"):
        collections.folder()
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "qrels.tsv").write_text("one\ttwo\n")
    with pytest.raises(collections.NoCollections, match="cannot be read"):
        collections.read(tmp_path, "bad")
