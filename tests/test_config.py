"""Settings: what a person may set, and the one line they get when something is wrong with it."""

from pathlib import Path

import pytest

import config

ROOT = Path(__file__).resolve().parent.parent


def test_without_any_setting_everything_has_a_value_that_works() -> None:
    settings = config.load({})
    assert settings["CONTENT_DIR"] == ROOT / "content"
    assert settings["DATABASE_URL"] == f"sqlite:///{ROOT / 'instance' / 'lessons.sqlite'}"
    assert settings["TRUSTED_PROXIES"] == 0
    assert settings["SECRET_KEY"] is None


def test_the_database_goes_where_the_instance_is() -> None:
    settings = config.load({"LESSONS_INSTANCE_DIR": "/srv/lessons"})
    assert settings["DATABASE_URL"] == "sqlite:////srv/lessons/lessons.sqlite"


def test_other_programs_settings_are_none_of_our_business() -> None:
    assert config.load({"PATH": "/bin", "LESSON": "x", "MY_LESSONS_PORT": "1"}) == config.load({})


@pytest.mark.parametrize(
    ("name", "words", "told"),
    [
        (
            "WORKER",
            "2",
            "LESSONS_WORKER is not a setting. See the list in README.md, under Settings.",
        ),
        ("WORKERS", "many", "LESSONS_WORKERS='many' must be a whole number from 1 to 64."),
        ("WORKERS", "0", "LESSONS_WORKERS='0' must be a whole number from 1 to 64."),
        ("WORKERS", "²", "LESSONS_WORKERS='²' must be a whole number from 1 to 64."),
        ("WORKERS", "9" * 5000, "must be a whole number from 1 to 64."),
        ("BASE_URL", "lessons.example", "LESSONS_BASE_URL='lessons.example' must be a web address"),
        ("BASE_URL", "https://[", "must be a web address"),
        ("BASE_URL", "https://host:99999", "must be a web address"),
        ("LANGUAGE", "fr", "LESSONS_LANGUAGE='fr' must be en or cy."),
        ("CONTENT_DIR", " ", "LESSONS_CONTENT_DIR=' ' must be a folder."),
        ("INSTANCE_DIR", "a\0b", "must be a folder."),
        ("DATABASE_URL", "postgresql://db", "must start with sqlite:///"),
        ("TRUSTED_PROXIES", "-1", "must be a whole number from 0 to 5."),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_in_one_line(
    name: str, words: str, told: str
) -> None:
    with pytest.raises(ValueError) as caught:
        config.load({f"LESSONS_{name}": words})
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "words"),
    [("SECRET_KEY", "too short a secret"), ("DATABASE_URL", "mysql://lessons:pa55word@db/lessons")],
)
def test_a_secret_is_not_repeated_in_what_is_told(name: str, words: str) -> None:
    with pytest.raises(ValueError) as caught:
        config.load({f"LESSONS_{name}": words})
    assert f"LESSONS_{name} must" in str(caught.value)
    assert words not in str(caught.value) and "pa55word" not in str(caught.value)


def test_every_setting_has_help_and_a_default_that_it_would_take_itself() -> None:
    for setting in config.SETTINGS:
        assert setting.help.endswith("."), setting.name
        if setting.default is not None:
            setting.convert(setting.default)


def test_a_line_break_in_a_setting_does_not_break_the_line() -> None:
    with pytest.raises(ValueError) as caught:
        config.load({"LESSONS_LANGUAGE": "en\nLESSONS"})
    assert "\n" not in str(caught.value)
