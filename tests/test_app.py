"""The roof: what is made at the first start, and how the application is put together."""

import gzip
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask

from lessons.app import House, build_house, create_app, load_settings, prepare_instance
from lessons.domain.errors import BadSetting
from tests.conftest import CHEAP


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def prepared(content: Path, instance: Path) -> str:
    settings = load_settings({"CONTENT_DIR": content, "INSTANCE_DIR": instance})
    prepare_instance(settings)
    return str(settings["SECRET_KEY"])


def test_the_instance_and_its_secret_are_for_the_owner_alone(content: Path, tmp_path: Path) -> None:
    instance = tmp_path / "new" / "instance"
    secret = prepared(content, instance)
    assert (mode(instance), mode(instance / "secret")) == (0o700, 0o600)
    assert len(secret) == 64
    assert prepared(content, instance) == secret
    assert [p.name for p in instance.iterdir()] == ["secret"]


def test_a_secret_that_others_could_read_is_closed_to_them(content: Path, tmp_path: Path) -> None:
    secret = prepared(content, tmp_path)
    (tmp_path / "secret").chmod(0o644)
    assert prepared(content, tmp_path) == secret
    assert mode(tmp_path / "secret") == 0o600


def test_many_first_starts_at_once_share_one_secret(content: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = list(pool.map(lambda _: prepared(content, tmp_path / "i"), range(8)))
    assert len(set(secrets)) == 1


@pytest.mark.parametrize("words", ["", "short", "\x00"])
def test_a_damaged_secret_is_told_and_not_used(content: Path, tmp_path: Path, words: str) -> None:
    (tmp_path / "secret").write_text(words)
    with pytest.raises(BadSetting, match="is damaged"):
        prepared(content, tmp_path)


def test_a_secret_of_ones_own_is_taken_and_nothing_is_written(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSONS_SECRET_KEY", "k" * 32)
    assert prepared(content, tmp_path / "i") == "k" * 32
    assert not (tmp_path / "i" / "secret").exists()


def test_the_database_follows_the_instance_unless_it_is_named(tmp_path: Path) -> None:
    assert (
        load_settings({"INSTANCE_DIR": tmp_path})["DATABASE_URL"]
        == f"sqlite:///{tmp_path}/lessons.sqlite"
    )
    named = {"INSTANCE_DIR": tmp_path, "DATABASE_URL": "sqlite:////srv/x.db"}
    assert load_settings(named)["DATABASE_URL"] == "sqlite:////srv/x.db"


def test_a_folder_in_the_place_of_the_database_is_left_as_it_is(
    content: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "precious"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    settings = {
        "CONTENT_DIR": content,
        "INSTANCE_DIR": tmp_path / "i",
        "DATABASE_URL": f"sqlite:///{folder}",
    }
    with pytest.raises(BadSetting, match="cannot be made or opened"):
        build_house(settings)
    assert mode(folder) == 0o755


def test_two_applications_share_nothing(tmp_path: Path, content: Path, house: House) -> None:
    other = build_house({"CONTENT_DIR": content, "INSTANCE_DIR": tmp_path / "other"}, cost=CHEAP)
    first, second = create_app(house=house), create_app(house=other)
    assert first.secret_key != second.secret_key
    assert first.extensions["lessons"] is not second.extensions["lessons"]
    other.database.close()


def test_static_files_are_kept_for_a_year_under_a_name_that_changes_with_them(app: Flask) -> None:
    client, root = app.test_client(), app.config["STATIC_ROOT"]
    answer = client.get(f"{root}lessons.css", buffered=True)
    assert answer.status_code == 200
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert client.get("/static/000000000000/lessons.css").status_code == 404
    for bad in ("../app.py", "%2e%2e/app.py", "..%2fapp.py", "/etc/passwd", ""):
        assert client.get(f"{root}{bad}", buffered=True).status_code == 404, bad


def test_a_large_request_is_not_even_read(app: Flask) -> None:
    answer = app.test_client().post("/login", data=b"x" * (5 << 20), content_type="text/plain")
    assert answer.status_code == 413
    squeezed = gzip.compress(b"x" * 1000)
    answer = app.test_client().post("/login", data=squeezed, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 400
