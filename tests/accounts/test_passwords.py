"""What a password must be, and what it need not be."""

import unicodedata

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from lantoa.accounts.models import User
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Appointment
from tests.organizations.factories import ALWAYS, make_person, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    """The secretary of a committee, whose name and unit are known to everybody."""
    user = User.objects.create_user(username="lo.thi.mai", email="mai.bt@example.vn")
    unit = make_unit("Đảng bộ xã Mường So")
    person = make_person("Lò Thị Mai", unit=unit, birth_year=1987)
    person.user = user
    person.save(update_fields=["user"])
    Appointment.objects.create(person=person, role=Role.SECRETARY, unit=unit, period=ALWAYS)
    return user


def problems(password: str, user: User | None) -> set[str]:
    with translation.override("vi"):
        try:
            validate_password(password, user)
        except ValidationError as error:
            return {str(found.code) for found in error.error_list}
    return set()


@pytest.mark.parametrize(
    "password",
    [
        "hoa ban nở trắng rừng",
        "xk29fq8w",
        "tiếng suối",
        "một" * 40,
        "        dấu cách        ",
        "chỉ toàn chữ thường",
        "83920174650283",
    ],
)
def test_length_is_enough_and_no_kind_of_sign_is_asked_for(user: User, password: str) -> None:
    assert problems(password, user) == set()


def test_seven_characters_are_too_few_and_the_reason_is_told(user: User) -> None:
    with translation.override("vi"), pytest.raises(ValidationError, match="máy dò ra"):
        validate_password("xk29fq8", user)


@pytest.mark.parametrize("password", ["password1", "1qaz2wsx", "Iloveyou1", "trustno1"])
def test_a_common_password_is_refused(user: User, password: str) -> None:
    assert "password_too_common" in problems(password, user) | problems(password.lower(), user)


@pytest.mark.parametrize(
    "password",
    [
        "matkhau123",
        "MẬT KHẨU 2026",
        "M@tkh4u2026",
        "LanToa-2026",
        "chi bo dang vien",
        "Đảng bộ Mường So",
        "muongso1987",
        "lothimai!",
        "Lò Thị Mai 1987",
        "mai.bt2026",
        "anhyeuem123",
    ],
)
def test_what_others_try_first_is_refused(user: User, password: str) -> None:
    assert "password_context_words" in problems(password, user)


def test_such_a_word_does_no_harm_beside_others(user: User) -> None:
    assert problems("Mường So mùa lúa chín vàng", user) == set()
    assert problems("matkhau cua rieng toi day", None) == set()


def test_an_account_without_a_person_is_held_to_the_same(client: Client) -> None:
    user = User.objects.create_user(username="giang.a.pao")
    assert "password_context_words" in problems("giangapao2026", user)


def test_letters_typed_composed_or_decomposed_are_one_password() -> None:
    password = "tiếng suối trong như tiếng hát"
    user = User.objects.create_user(username="mai", password=unicodedata.normalize("NFD", password))
    assert user.check_password(unicodedata.normalize("NFC", password))


def test_the_form_says_beforehand_what_is_asked_and_lets_one_paste(client: Client, user: User) -> None:
    user.set_password("hoa ban nở trắng rừng")
    user.save(update_fields=["password"])
    client.force_login(user)
    page = client.get("/accounts/password/change/").content.decode()
    assert "Ít nhất 8 ký tự, nên có 15 ký tự trở lên" in page
    assert 'autocomplete="new-password"' in page
    assert "maxlength" not in page.split("id_password1")[1].split(">")[0]
