"""Sentence vectors from an ONNX model in a folder on this network: `ports.SentenceModel`.

The folder holds model.onnx, tokenizer.json and, where the model was exported with them, its weights (model.onnx_data
and the like) and 1_Pooling/config.json. Needs the extra "sentences".
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.domain.errors import BadSetting

MODEL, TOKENIZER, POOLING = "model.onnx", "tokenizer.json", "1_Pooling/config.json"
SETTING = "LESSONS_SENTENCE_MODEL"
MADE_BY = 1  # raised when the same files would give other vectors
TOKENS = 256  # of a text, where tokenizer.json names no limit
MOST_TOKENS = 512
MOST_CHARS = 20_000  # more than any text of MOST_TOKENS words; what is longer is not even looked at
INPUTS = ("input_ids", "attention_mask", "token_type_ids", "position_ids")
# A vector of the sentence before vectors of its tokens; where there is none of these, the first that may be one.
KNOWN_OUTPUTS = ("sentence_embedding", "last_hidden_state", "token_embeddings")
PROBES = ("A short sentence.", "words " * MOST_TOKENS)
_TYPES: Mapping[str, type[np.integer[Any]]] = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}

Floats = NDArray[np.float32]


class OnnxSentences:
    """See `ports.SentenceModel`. Threads may share one; a process that forks should make its own afterwards.

    Texts go through the model one at a time: with padding, or with weights quantised on the fly, a row would depend
    on its neighbours, and texts as long as lessons gain next to nothing from being taken together.
    """

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """threads: that one text may use. Raises BadSetting, in one line, for whatever is wrong with the folder."""
        self._folder = folder
        for file in (MODEL, TOKENIZER):
            if not (folder / file).is_file():
                raise self._bad(f"has no {file}")
        runtime, tokenizers = self._packages()
        self.name = _digest(folder)
        self._by_first = self._pools_by_first_token()
        self._tokenizer = self._opened_tokenizer(tokenizers)
        self._session = self._opened_session(runtime, threads)
        self._inputs = self._understood_inputs()
        self._output, self.size = self._probed()

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Array (texts, size) of float32."""
        rows = np.zeros((len(texts), self.size), np.float32)
        for row, text in zip(rows, texts, strict=True):
            plain = _plain(text)
            if plain:
                row[:] = self._vector(plain)
        return rows

    def _vector(self, text: str) -> Floats:
        feed = self._feed(text)
        if feed is None:
            return np.zeros(self.size, np.float32)
        [found] = self._session.run([self._output], feed)
        return _unit(self._pooled(np.asarray(found, np.float32)[0]))

    def _feed(self, text: str) -> dict[str, Any] | None:
        """What the model is given for one text; None where the tokenizer makes nothing of it."""
        encoding = self._tokenizer.encode(text)
        if not encoding.ids:
            return None
        length = len(encoding.ids)
        rows = (encoding.ids, [1] * length, encoding.type_ids, [*range(length)])
        known = dict(zip(INPUTS, rows, strict=True))
        return {name: np.array([known[name]], kind) for name, kind in self._inputs.items()}

    def _pooled(self, found: Floats) -> Floats:
        if found.ndim == 1:
            return found
        pooled: Floats = found[0] if self._by_first else found.mean(axis=0)
        return pooled

    # --- opening -----------------------------------------------------------------------------

    def _bad(self, why: str, error: Exception | None = None) -> BadSetting:
        told = f" ({' '.join(str(error).split())[:200]})" if error else ""
        return BadSetting(f"{SETTING}={str(self._folder)!r} {why}{told}.")

    def _packages(self) -> tuple[Any, Any]:
        try:
            import onnxruntime
            import tokenizers
        except ImportError as error:
            raise self._bad(
                'needs packages that are not installed here; pip install "lessons[sentences]"',
                error,
            ) from None
        return onnxruntime, tokenizers

    def _pools_by_first_token(self) -> bool:
        """Whether the first token stands for the sentence, instead of the mean of all."""
        path = self._folder / POOLING
        if not path.is_file():
            return False
        try:
            modes = {k: v for k, v in json.loads(path.read_bytes()).items() if v is True}
        except (OSError, ValueError, AttributeError) as error:
            raise self._bad(f"has a {POOLING} that cannot be read", error) from None
        chosen = {name for name in modes if name.startswith("pooling_mode_")}
        if not chosen <= {"pooling_mode_cls_token", "pooling_mode_mean_tokens"} or len(chosen) > 1:
            raise self._bad(
                f"asks in {POOLING} for {', '.join(sorted(chosen))}: we take the mean or the first token"
            )
        return "pooling_mode_cls_token" in chosen

    def _opened_tokenizer(self, tokenizers: Any) -> Any:
        try:
            opened = tokenizers.Tokenizer.from_file(str(self._folder / TOKENIZER))
        except Exception as error:  # the package raises bare Exception
            raise self._bad(f"has a {TOKENIZER} that cannot be read", error) from None
        limit = (opened.truncation or {}).get("max_length") or TOKENS
        opened.enable_truncation(min(limit, MOST_TOKENS))
        opened.no_padding()
        return opened

    def _opened_session(self, runtime: Any, threads: int) -> Any:
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # it would keep the most that any text ever took
        options.log_severity_level = 4  # what is wrong is told by the exception
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            return runtime.InferenceSession(
                str(self._folder / MODEL), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # the runtime has a class for each kind of damage
            raise self._bad(f"has a {MODEL} that cannot be opened", error) from None

    def _understood_inputs(self) -> Mapping[str, type[np.integer[Any]]]:
        asked = {each.name: each.type for each in self._session.get_inputs()}
        odd = [n for n, kind in asked.items() if n not in INPUTS or kind not in _TYPES]
        if odd or INPUTS[0] not in asked:
            raise self._bad(
                f"has a {MODEL} that takes {', '.join(asked)}: we give whole numbers as {', '.join(INPUTS)}"
            )
        return {name: _TYPES[kind] for name, kind in asked.items()}

    def _probed(self) -> tuple[str, int]:
        """The output to read and the size of its vectors, found by reading a short text and one of full length."""
        short, long = (self._tried(probe) for probe in PROBES)
        names = [n for n in KNOWN_OUTPUTS if n in short] or [n for n in short if short[n].ndim > 1]
        if not names:
            raise self._bad(f"has a {MODEL} whose outputs are no sentence vectors")
        found = [each[names[0]] for each in (short, long)]
        sizes = {array.shape[-1] for array in found}
        if len(sizes) > 1 or any(not self._is_usable(array) for array in found):
            raise self._bad(f"has a {MODEL} whose output {names[0]} is no sentence vector")
        return names[0], sizes.pop()

    def _tried(self, text: str) -> dict[str, NDArray[Any]]:
        feed = self._feed(text)
        if feed is None:
            raise self._bad(f"has a {TOKENIZER} that makes nothing of plain words")
        names = [each.name for each in self._session.get_outputs()]
        try:
            return dict(zip(names, map(np.asarray, self._session.run(names, feed)), strict=True))
        except Exception as error:
            tokens = len(feed["input_ids"][0])
            raise self._bad(f"has a {MODEL} that fails on {tokens} tokens", error) from None

    def _is_usable(self, found: NDArray[Any]) -> bool:
        if found.ndim not in (2, 3) or found.dtype.kind != "f" or len(found) != 1 or not found.size:
            return False
        return bool(_unit(self._pooled(found[0].astype(np.float32))).any())


def _digest(folder: Path) -> str:
    """Of everything that decides a vector."""
    made = hashlib.sha256(f"{MADE_BY} {TOKENS} {MOST_TOKENS} {MOST_CHARS}".encode())
    for path in (
        *sorted(folder.glob(f"{Path(MODEL).stem}*")),
        folder / TOKENIZER,
        folder / POOLING,
    ):
        if path.is_file():
            with path.open("rb") as file:
                made.update(hashlib.file_digest(file, "sha256").digest())
    return made.hexdigest()[:16]


def _plain(text: str) -> str:
    """Without what UTF-8 cannot hold, and without runs of white space."""
    return " ".join(text[: 4 * MOST_CHARS].encode("utf-8", "replace").decode().split())[:MOST_CHARS]


def _unit(vector: Floats) -> Floats:
    """All zeros where there is no direction."""
    length = float(np.linalg.norm(vector))
    if not np.isfinite(length) or length == 0:
        return np.zeros_like(vector)
    return vector / np.float32(length)
