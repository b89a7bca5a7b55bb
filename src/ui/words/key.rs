//! A key: one word, sentence or list in each language of the page, of one type.

use crate::ui::logic::language::Language;
use std::fmt;
use std::ops::Deref;

/// Reads as its value in the page's language at that moment.
#[derive(Debug)]
pub struct Key<T: 'static> {
    pub en: &'static T,
    pub de: &'static T,
}

impl<T> Clone for Key<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Key<T> {}

impl<T> Deref for Key<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match Language::now() {
            Language::English => self.en,
            Language::German => self.de,
        }
    }
}

impl<T: Copy, const N: usize> IntoIterator for Key<[T; N]> {
    type Item = T;
    type IntoIter = std::array::IntoIter<T, N>;

    fn into_iter(self) -> Self::IntoIter {
        (*self).into_iter()
    }
}

type Text = Key<&'static str>;

impl Text {
    /// In the language of now, whatever the page does later.
    #[allow(clippy::should_implement_trait, reason = "of the text, not of the key")]
    pub fn to_owned(self) -> String {
        (*self).to_owned()
    }
}

impl<const N: usize> From<Key<[&'static str; N]>> for Vec<&'static str> {
    fn from(texts: Key<[&'static str; N]>) -> Self {
        texts.to_vec()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        (*text).to_owned()
    }
}

impl From<Text> for &'static str {
    fn from(text: Text) -> Self {
        *text
    }
}

impl From<Key<(&'static str, &'static str)>> for (&'static str, &'static str) {
    fn from(texts: Key<(&'static str, &'static str)>) -> Self {
        *texts
    }
}

#[cfg(target_arch = "wasm32")]
impl leptos::prelude::IntoRender for Text {
    type Output = &'static str;

    fn into_render(self) -> &'static str {
        *self
    }
}

#[cfg(target_arch = "wasm32")]
impl leptos::prelude::IntoAttributeValue for Text {
    type Output = &'static str;

    fn into_attribute_value(self) -> &'static str {
        *self
    }
}

/// The keys of a module: `text` has those of type `&str`, `of` those of another type, then come the functions that make
/// sentences. Each must stand in both languages' module of this path, with this type, or nothing compiles.
macro_rules! keys {
    (
        $($path:ident)::+;
        $(text { $($text:ident),* $(,)? })?
        $(of { $($name:ident: $of:ty),* $(,)? })?
        $(fn $function:ident($($argument:ident: $type:ty),*) -> $made:ty;)*
    ) => {
        #[allow(unused_imports, reason = "a module may have no constants")]
        use $crate::ui::words::{de::$($path)::+ as de, en::$($path)::+ as en, key::Key};

        $($(pub const $text: Key<&str> = Key { en: &en::$text, de: &de::$text };)*)?
        $($(pub const $name: Key<$of> = Key { en: &en::$name, de: &de::$name };)*)?
        $(
            pub fn $function($($argument: $type),*) -> $made {
                match $crate::ui::logic::language::Language::now() {
                    $crate::ui::logic::language::Language::English => en::$function($($argument),*),
                    $crate::ui::logic::language::Language::German => de::$function($($argument),*),
                }
            }
        )*

        /// Path, English and German of each constant.
        #[cfg(test)]
        pub fn all() -> Vec<(&'static str, Vec<&'static str>, Vec<&'static str>)> {
            #[allow(unused_imports, reason = "likewise")]
            use $crate::ui::words::key::texts;
            vec![
                $($((concat!(module_path!(), "::", stringify!($text)), texts($text.en), texts($text.de)),)*)?
                $($((concat!(module_path!(), "::", stringify!($name)), texts($name.en), texts($name.de)),)*)?
            ]
        }
    };
}
pub(super) use keys;

/// All texts of a value, in order.
#[cfg(test)]
pub fn texts(value: &dyn Texts) -> Vec<&'static str> {
    let mut out = Vec::new();
    value.put(&mut out);
    out
}

/// What is made of texts.
#[cfg(test)]
pub trait Texts {
    fn put(&self, out: &mut Vec<&'static str>);
}

#[cfg(test)]
mod made_of_texts {
    use super::Texts;
    use crate::model::manifest::Scheme;
    use crate::ui::logic::address::Lesson;

    impl Texts for &'static str {
        fn put(&self, out: &mut Vec<&'static str>) {
            out.push(self);
        }
    }

    impl<T: Texts, const N: usize> Texts for [T; N] {
        fn put(&self, out: &mut Vec<&'static str>) {
            self.iter().for_each(|part| part.put(out));
        }
    }

    impl<T: Texts> Texts for Option<T> {
        fn put(&self, out: &mut Vec<&'static str>) {
            self.iter().for_each(|part| part.put(out));
        }
    }

    impl<A: Texts, B: Texts> Texts for (A, B) {
        fn put(&self, out: &mut Vec<&'static str>) {
            self.0.put(out);
            self.1.put(out);
        }
    }

    impl<A: Texts, B: Texts, C: Texts> Texts for (A, B, C) {
        fn put(&self, out: &mut Vec<&'static str>) {
            self.0.put(out);
            self.1.put(out);
            self.2.put(out);
        }
    }

    macro_rules! without_texts {
        ($($type:ty),*) => { $(impl Texts for $type { fn put(&self, _: &mut Vec<&'static str>) {} })* };
    }
    without_texts!(usize, Scheme, &[Lesson]);
}
