"""A force points a setting at its own sentence model: what it gives, and what is said of one that will not do."""

import json
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from lessons.adapters.onnx_sentences import MOST_CHARS, OnnxSentences
from lessons.domain.errors import BadSetting

pytest.importorskip("onnxruntime", reason='needs the extra: pip install "lessons[sentences]"')
tokenizers = pytest.importorskip("tokenizers", reason='needs pip install "lessons[sentences]"')
onnx = pytest.importorskip("onnx", reason="needs the test tools: make test installs them")

SIZE = 8
LIMIT = 16  # tokens that the tokenizer lets through
# Words of a row mean the same to the model.
MEANINGS = (
    ("raid", "warrant"),
    ("radio", "airwave"),
    ("cold", "hypothermia"),
    ("words", "a", "short", "sentence"),
)
SPECIAL = ("[UNK]", "[CLS]", "[SEP]")
VOCABULARY = (*SPECIAL, *(word for row in MEANINGS for word in row))
ODD_TEXTS = (
    "😀🚓",
    "\0",
    "\ud800 half a character",
    "ffi ﷺ ẞ",
    "\u202eraid",
    "x" * 100_000,
    "raid " * 20_000,
)


def table() -> "np.ndarray":
    """One vector for each word; those of one meaning nearly the same."""
    random = np.random.default_rng(3)
    found = [*random.normal(0, 0.01, (len(SPECIAL), SIZE))]
    for row in MEANINGS:
        meaning = random.normal(0, 1, SIZE)
        found += [meaning + random.normal(0, 0.05, SIZE) for _ in row]
    return np.array(found, np.float32)


def write_tokenizer(folder: Path, limit: int | None = LIMIT, special: bool = True) -> None:
    known = {word: number for number, word in enumerate(VOCABULARY)}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(known, unk_token="[UNK]"))
    made.normalizer = tokenizers.normalizers.Sequence(
        [tokenizers.normalizers.Lowercase(), tokenizers.normalizers.Replace("•", " ")]
    )
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    if special:
        ends = [("[CLS]", 1), ("[SEP]", 2)]
        made.post_processor = tokenizers.processors.TemplateProcessing(
            single="[CLS] $A [SEP]", special_tokens=ends
        )
    if limit:
        made.enable_truncation(limit)
    made.enable_padding(length=LIMIT)  # as many come; it must not count
    made.save(str(folder / "tokenizer.json"))


def write_model(
    folder: Path,
    inputs: Sequence[str] = ("input_ids", "attention_mask"),
    output: str = "last_hidden_state",
    *,
    pooled: bool = False,
    kind: int = onnx.TensorProto.INT64,
    words: "np.ndarray | None" = None,
) -> None:
    """A model that looks its words up in a table; pooled: it gives their sum, one vector for a text."""
    helper = onnx.helper
    taken = [helper.make_tensor_value_info(name, kind, [None, None]) for name in inputs]
    nodes = [helper.make_node("Gather", ["table", inputs[0]], ["seen" if pooled else output])]
    if pooled:
        nodes.append(helper.make_node("ReduceSum", ["seen", "axis"], [output], keepdims=0))
    shape = [None, SIZE] if pooled else [None, None, SIZE]
    given = [helper.make_tensor_value_info(output, onnx.TensorProto.FLOAT, shape)]
    held = [
        onnx.numpy_helper.from_array(table() if words is None else words, "table"),
        onnx.numpy_helper.from_array(np.array([1], np.int64), "axis"),
    ]
    graph = helper.make_graph(nodes, "tiny", taken, given, held)
    opset = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=8)
    (folder / "model.onnx").write_bytes(model.SerializeToString())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_tokenizer(tmp_path)
    write_model(tmp_path)
    return tmp_path


@pytest.fixture
def model(folder: Path) -> OnnxSentences:
    return OnnxSentences(folder)


def refusal(folder: Path) -> str:
    with pytest.raises(BadSetting) as caught:
        OnnxSentences(folder)
    told = str(caught.value)
    assert told.startswith(f"LESSONS_SENTENCE_MODEL={str(folder)!r} ")
    assert "\n" not in told
    return told


# --- what it gives -------------------------------------------------------------------------------


def test_texts_of_the_same_meaning_lie_near_one_another(model):
    raid, warrant, radio = model.vectors(["raid", "a warrant", "Airwave radio"])
    assert raid @ warrant > 0.5 > raid @ radio


def test_every_row_is_a_direction(model):
    rows = model.vectors(["raid", "Radio, radio!", "nobody taught it these", "cold " * 500])
    assert rows.shape == (4, model.size) == (4, SIZE)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-6)


def test_a_text_has_the_same_vector_whatever_it_comes_with(model):
    texts = ["raid", "cold " * 100, "", "a short sentence", "radio warrant", "raid"] * 20
    together = model.vectors(texts)
    for text, row in zip(texts, together, strict=True):
        assert np.array_equal(model.vectors([text])[0], row)


def test_a_text_without_a_word_has_no_direction(model):
    assert not model.vectors(["", " \n\t "]).any()
    assert model.vectors([]).shape == (0, SIZE)


@pytest.mark.parametrize("text", ODD_TEXTS, ids=[ascii(t[:8]) for t in ODD_TEXTS])
def test_anything_that_can_be_typed_has_a_vector(model, text):
    [row] = model.vectors([text])
    assert np.linalg.norm(row) == pytest.approx(1, abs=1e-6)


def test_of_a_long_text_only_the_beginning_is_read(model):
    begins = "raid " * LIMIT
    near, far = model.vectors([begins + "radio " * 50, begins])
    assert np.array_equal(near, far)
    assert model.vectors([" " * MOST_CHARS + "raid"])[0] == pytest.approx(
        model.vectors(["raid"])[0]
    )


def test_threads_may_share_it(model):
    expected = model.vectors(["raid", "radio"])
    wrong: list[int] = []

    def ask() -> None:
        for n in range(50):
            if not np.array_equal(model.vectors(["raid", "radio"]), expected):
                wrong.append(n)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert wrong == []


def test_its_name_changes_with_the_files_that_decide_a_vector(folder):
    first = OnnxSentences(folder).name
    assert OnnxSentences(folder).name == first
    (folder / "README.md").write_text("Where we had it from.")
    assert OnnxSentences(folder).name == first
    write_tokenizer(folder, limit=8)
    second = OnnxSentences(folder).name
    write_model(folder, words=table() * 2)
    third = OnnxSentences(folder).name
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')
    assert len({first, second, third, OnnxSentences(folder).name}) == 4


# --- models as they come -------------------------------------------------------------------------


def test_a_model_that_gives_one_vector_for_a_text_is_taken_at_its_word(folder):
    write_model(folder, output="sentence_embedding", pooled=True)
    ids = [VOCABULARY.index(w) for w in ("[CLS]", "raid", "cold", "[SEP]")]
    summed = table()[ids].sum(axis=0)
    [row] = OnnxSentences(folder).vectors(["raid cold"])
    assert row == pytest.approx(summed / np.linalg.norm(summed), abs=1e-5)


def test_the_mean_of_all_tokens_stands_for_a_text_unless_the_model_says_the_first(folder):
    ids = [VOCABULARY.index(w) for w in ("[CLS]", "raid", "cold", "[SEP]")]
    mean, first = table()[ids].mean(axis=0), table()[1]
    [row] = OnnxSentences(folder).vectors(["raid cold"])
    assert row == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)
    (folder / "1_Pooling").mkdir()
    says = {"word_embedding_dimension": SIZE, "pooling_mode_cls_token": True}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(says))
    [row] = OnnxSentences(folder).vectors(["raid cold"])
    assert row == pytest.approx(first / np.linalg.norm(first), abs=1e-5)


@pytest.mark.parametrize("kind", [onnx.TensorProto.INT64, onnx.TensorProto.INT32])
def test_a_model_may_ask_for_any_of_the_usual_masks(folder, kind):
    write_model(
        folder, ("input_ids", "attention_mask", "token_type_ids", "position_ids"), kind=kind
    )
    masked = OnnxSentences(folder).vectors(["raid"])
    write_model(folder, ("input_ids",))
    assert np.array_equal(OnnxSentences(folder).vectors(["raid"]), masked)


def test_a_tokenizer_without_a_limit_gets_ours(folder):
    write_tokenizer(folder, limit=None)
    model = OnnxSentences(folder)
    long = "raid " * 300
    assert np.array_equal(*model.vectors([long + "radio", long]))
    short = "raid " * 100
    assert not np.array_equal(*model.vectors([short + "radio", short]))


def test_what_the_tokenizer_drops_has_no_direction(folder):
    write_tokenizer(folder, special=False)
    bullets, raid = OnnxSentences(folder).vectors(["• •", "• raid"])
    assert not bullets.any() and raid.any()


# --- what is wrong with a folder -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    assert f"has no {name}." in refusal(folder)


def test_where_the_extra_is_not_installed_the_command_that_installs_it_is_told(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert 'pip install "lessons[sentences]"' in refusal(folder)


def test_a_folder_that_is_not_there(tmp_path):
    assert "has no model.onnx." in refusal(tmp_path / "nowhere")


@pytest.mark.parametrize("damage", [b"", b"not a model", "cut"])
def test_a_broken_model(folder, damage):
    path = folder / "model.onnx"
    path.write_bytes(path.read_bytes()[:200] if damage == "cut" else damage)
    assert "has a model.onnx that cannot be opened" in refusal(folder)


@pytest.mark.parametrize("damage", ["", "{}", "\0", "[1"])
def test_a_broken_tokenizer(folder, damage):
    (folder / "tokenizer.json").write_text(damage)
    assert "has a tokenizer.json that cannot be read" in refusal(folder)


def test_a_model_of_something_else_is_told_by_what_it_takes(folder):
    write_model(folder, ("pixels",))
    assert "takes pixels: we give whole numbers as input_ids, attention_mask" in refusal(folder)


def test_a_model_without_a_direction(folder):
    for words in (np.zeros_like(table()), table() * np.nan):
        write_model(folder, words=words)
        assert "whose output last_hidden_state is no sentence vector" in refusal(folder)


def test_a_model_whose_words_are_fewer_than_the_tokenizers(folder):
    write_model(folder, words=table()[:4])
    assert "has a model.onnx that fails on" in refusal(folder)


def test_a_way_of_pooling_that_we_do_not_have(folder):
    (folder / "1_Pooling").mkdir()
    path = folder / "1_Pooling" / "config.json"
    path.write_text('{"pooling_mode_max_tokens": true, "pooling_mode_mean_tokens": false}')
    assert "asks in 1_Pooling/config.json for pooling_mode_max_tokens" in refusal(folder)
    for damage in ("[]", "{"):
        path.write_text(damage)
        assert "has a 1_Pooling/config.json that cannot be read" in refusal(folder)
