"""The Vietnamese catalogue is whole, and nothing that a user reads escapes it."""

import os
import re
import time
from pathlib import Path

import allauth
import django
import pytest
import taggit
import wagtail
from babel.messages.catalog import Message
from babel.messages.mofile import read_mo
from django.utils import translation
from django.utils.translation import gettext

from lantoa.config import catalog

SOURCE = catalog.PACKAGE
PARTS = sorted(catalog.parts_folder().rglob("*.po"))
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%[a-z]|\{(\w*)\}")
OTHERS = {"allauth.po", "wagtail.po"}
# Texts of allauth and Django that everybody meets who signs in.
BORROWED = {
    "The username and/or password you specified are not correct.",
    "The email address and/or password you specified are not correct.",
    "This account is currently inactive.",
    "Too many failed login attempts. Try again later.",
    "Current Password",
    "New Password",
    "New Password (again)",
    "Password",
    "Email",
    "Username",
    "Username or email",
    "Remember Me",
    "Please type your current password.",
    "You must type the same password each time.",
    "The email address is not assigned to any user account.",
    "The password reset token was invalid.",
    "Password successfully changed.",
    "You have signed out.",
    "Successfully signed in as %(name)s.",
    "Incorrect password.",
    "Forgot your password?",
}


def entries(path: Path) -> list[Message]:
    return [message for message in catalog.read_part(path) if message.id]


def texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def placeholders(text: str) -> set[str]:
    return {found.group(0) for found in PLACEHOLDER.finditer(text.replace("%%", ""))}


def test_every_text_has_a_vietnamese_translation() -> None:
    missing = [f"{found.place} {found.key[1]}" for found in catalog.missing_messages()]
    assert not missing, "`lantoa catalog --missing APP` prints them as entries of a part file"


@pytest.mark.parametrize("path", PARTS, ids=lambda path: str(path.relative_to(catalog.parts_folder())))
def test_a_translation_is_finished_and_keeps_the_placeholders(path: Path) -> None:
    for message in entries(path):
        assert not message.fuzzy, message.id
        plural = isinstance(message.id, tuple)
        wanted = placeholders(message.id[-1] if plural else str(message.id))
        for text in texts(message):
            assert text.strip(), message.id
            assert placeholders(text) <= wanted, message.id
            assert plural or placeholders(text) == wanted, message.id


def test_no_entry_is_left_over() -> None:
    used = catalog.found_messages()
    parts = [path for path in PARTS if path.name not in OTHERS]
    left = [
        f"{path.name}: {message.id}"
        for path in parts
        for message in entries(path)
        if catalog.key_of(message) not in used
    ]
    assert not left, "\n".join(left)


def test_what_we_say_for_other_packages_is_theirs_to_say() -> None:
    places = [
        Path(allauth.__file__).parent / "locale",
        Path(django.__file__).parent / "conf" / "locale",
        Path(django.__file__).parent / "contrib" / "auth" / "locale",
        Path(django.__file__).parent / "contrib" / "humanize" / "locale",
        Path(taggit.__file__).parent / "locale",
        *Path(wagtail.__file__).parent.rglob("locale"),
    ]
    for scripts, domain in ((False, "django"), (True, "djangojs")):
        known: set[catalog.Key] = set()
        for place in places:
            for compiled in place.glob(f"fr/LC_MESSAGES/{domain}.mo"):
                with compiled.open("rb") as source:
                    known |= {catalog.key_of(message) for message in read_mo(source) if message.id}
        folder = catalog.parts_folder(scripts=scripts)
        said = [message for path in sorted(folder.glob("*.po")) if path.name in OTHERS for message in entries(path)]
        assert said
        assert [message.id for message in said if catalog.key_of(message) not in known] == []


def test_the_parts_do_not_contradict_each_other() -> None:
    assert catalog.contradictions() == []


def test_texts_of_other_packages_that_our_users_meet_are_vietnamese() -> None:
    with translation.override("vi"):
        untranslated = sorted(text for text in BORROWED if gettext(text) == text)
    assert untranslated == []


def test_text_is_marked_under_names_that_the_extraction_knows() -> None:
    pattern = re.compile(r"import (?:\w+, )*n?p?gettext(?:_lazy|_noop)? as (\w+)")
    for path in SOURCE.rglob("*.py"):
        assert set(pattern.findall(path.read_text())) <= {"_", "lazy"}, path


# What may stand in a template outside a translation: names, formats, and languages in their own words.
PLAIN = re.compile(
    r"Lan Tỏa|SHA-256|dd/mm/yyyy|doctype html|xlsx|Tiếng Việt|English|\b(?:VI|EN)\b|50-KH/HU", re.IGNORECASE
)
SPOKEN_ATTRIBUTES = ("title", "label", "lead", "placeholder", "aria-label", "alt", "action_label", "submit", "caption")


def plain_text_of(template: str) -> list[str]:
    """What a reader sees that no translation tag gave: text between the tags, and attributes that are shown."""
    text = re.sub(r"{% comment.*?endcomment %}|{#.*?#}", "", template, flags=re.DOTALL)
    text = re.sub(r"{% block body_class %}.*?{% endblock %}", "", text)
    text = re.sub(r"{% blocktrans.*?endblocktrans(late)? %}", "", text, flags=re.DOTALL)
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", text, flags=re.DOTALL)
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    names = "|".join(SPOKEN_ATTRIBUTES)
    attributes = [found[1] for found in re.findall(rf'\s({names})="([^"]*)"', text)]
    # What is left between the tags; an attribute may hold a ">" only inside quotes.
    between = re.split(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", text)
    return [
        found.strip()
        for found in (*attributes, *between)
        if re.search(r"[^\W\d_]{2,}", PLAIN.sub("", re.sub(r"&\w+;", "", found)))
    ]


def test_a_template_has_no_text_of_its_own() -> None:
    templates = [path for path in sorted(SOURCE.rglob("*.html")) if "templates" in path.parts]
    assert templates
    found = [f"{path.relative_to(SOURCE)}: {text}" for path in templates for text in plain_text_of(path.read_text())]
    assert not found, "\n".join(found)


def test_plain_text_is_found_where_it_hides() -> None:
    assert plain_text_of('<p title="Hello">{% translate "x" %}</p>') == ["Hello"]
    assert plain_text_of("<p>{{ name }} works</p>") == ["works"]
    assert plain_text_of('<c-x :a="b > 1">{% blocktranslate %}Hi{% endblocktranslate %}</c-x>') == []


def part(folder: Path, name: str, text: str) -> Path:
    path = catalog.parts_folder(folder) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_catalogue_is_compiled_once_and_again_after_a_change(tmp_path: Path) -> None:
    path = part(tmp_path, "one.po", 'msgid "unit"\nmsgstr "đơn vị"\n')
    assert not catalog.is_current(tmp_path)
    catalog.ensure_compiled(tmp_path)
    assert catalog.is_current(tmp_path)
    later = time.time() + 10
    path.touch()
    os.utime(path, (later, later))
    assert not catalog.is_current(tmp_path)


def test_an_installed_package_is_current_with_what_was_compiled(tmp_path: Path) -> None:
    assert not catalog.is_current(tmp_path)
    catalog.compiled_path(tmp_path).parent.mkdir(parents=True)
    catalog.compiled_path(tmp_path).touch()
    catalog.compiled_path(tmp_path, scripts=True).touch()
    assert catalog.is_current(tmp_path)


def test_an_installed_package_keeps_its_catalogue(tmp_path: Path) -> None:
    with pytest.raises(catalog.CatalogueError, match="installed package"):
        catalog.compile_catalogue(tmp_path)
    assert not catalog.compiled_path(tmp_path).exists()


def test_of_two_translations_the_first_holds_and_both_are_named(tmp_path: Path) -> None:
    part(tmp_path, "one.po", 'msgid "unit"\nmsgstr "đơn vị"\n')
    part(tmp_path, "two.po", 'msgid "unit"\nmsgstr "tổ chức"\n')
    unit = catalog.merged(tmp_path).get("unit")
    assert unit is not None
    assert unit.string == "đơn vị"
    assert catalog.contradictions(tmp_path) == ["'unit': one.po says 'đơn vị', two.po 'tổ chức'"]


def test_a_part_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    part(tmp_path, "one.po", 'msgid "unit\n')
    with pytest.raises(catalog.CatalogueError, match=r"one\.po, line 1"):
        catalog.merged(tmp_path)


def test_texts_are_found_in_code_and_in_templates(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        'x = _("One")\ny = ngettext("%(n)s unit", "%(n)s units", 2)\nz = pgettext("verb", "Open")\n'
    )
    (tmp_path / "b.html").write_text(
        '{% translate "Two" %}\n'
        "    {% blocktranslate count n=x %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}"
    )
    found = catalog.found_messages(tmp_path)
    assert set(found) == {("", "One"), ("", "%(n)s unit"), ("verb", "Open"), ("", "Two"), ("", "%(n)s row")}
    assert found["", "%(n)s row"].plural == "%(n)s rows"
    assert 'msgctxt "verb"' in catalog.as_part(found.values())
