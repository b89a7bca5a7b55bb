//! The language that the page is written in.

use std::cell::Cell;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    #[default]
    English,
    German,
}

thread_local! {
    static NOW: Cell<Language> = const { Cell::new(Language::English) };
}

impl Language {
    /// Each with its code, and with the name that its own readers know it by.
    pub const ALL: [(Self, &str, &str); 2] = [(Self::English, "en", "English"), (Self::German, "de", "Deutsch")];

    pub fn now() -> Self {
        NOW.get()
    }

    /// Every word that is made from here on is in this language; what stands on the page already stays.
    pub fn set(self) {
        NOW.set(self);
    }

    /// As in `<html lang>`.
    pub fn code(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The language of a code, with or without a country: `de`, `de-AT`.
    pub fn of_code(code: &str) -> Option<Self> {
        let main = code.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|(_, known, _)| main.eq_ignore_ascii_case(known)).map(|(language, ..)| language)
    }

    /// The first that a visitor names and the page has; English if there is none.
    pub fn first_of(codes: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        codes.into_iter().find_map(|code| Self::of_code(code.as_ref())).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lead_to_languages_and_back() {
        for (i, (language, code, _)) in Language::ALL.into_iter().enumerate() {
            assert_eq!((language as usize, language.code(), Language::of_code(code)), (i, code, Some(language)));
        }
        assert_eq!(Language::of_code("de-AT"), Some(Language::German));
        assert_eq!(Language::of_code("DE"), Some(Language::German));
        assert_eq!(Language::of_code("den"), None);
    }

    #[test]
    fn the_first_known_language_counts() {
        assert_eq!(Language::first_of(["fr", "de-CH", "en"]), Language::German);
        assert_eq!(Language::first_of(["en-GB", "de"]), Language::English);
        assert_eq!(Language::first_of(["fr", "it"]), Language::English);
        assert_eq!(Language::first_of([""; 0]), Language::English);
    }
}
