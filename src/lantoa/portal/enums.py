"""Vocabulary of the portal."""

from lantoa.organizations.enums import SpokenLanguage

CODES = {
    SpokenLanguage.VIETNAMESE: "vi",
    SpokenLanguage.HMONG: "hmn",
    SpokenLanguage.DAO: "ium",
    SpokenLanguage.THAI: "blt",
    SpokenLanguage.HA_NHI: "hni",
    SpokenLanguage.GIAY: "pcc",
    SpokenLanguage.KHO_MU: "kjg",
    SpokenLanguage.LU: "khb",
    SpokenLanguage.OTHER: "und",
}
"""How browsers and screen readers are told a language (BCP 47, by ISO 639; `und` is one that is not named)."""
