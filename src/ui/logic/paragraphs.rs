//! The paragraphs that pairs are drawn from: our own writing, twelve of four to five sentences.

use super::chance::Chance;
use crate::protocol::TextPair;
use std::sync::LazyLock;

/// "# title", then a sentence a line; an empty line between paragraphs.
const FILE: &str = include_str!("../../../assets/samples/paragraphs.txt");

pub struct Paragraph {
    pub title: &'static str,
    pub sentences: Vec<&'static str>,
}

pub static PARAGRAPHS: LazyLock<Vec<Paragraph>> = LazyLock::new(|| {
    let read = |block: &'static str| {
        let mut lines = block.lines();
        let title = lines.next()?.strip_prefix("# ")?;
        Some(Paragraph { title, sentences: lines.collect() })
    };
    FILE.split("\n\n").filter_map(read).collect()
});

/// A sentence's place: paragraph and sentence, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    pub paragraph: usize,
    pub sentence: usize,
}

impl Place {
    pub fn text(self) -> &'static str {
        PARAGRAPHS.get(self.paragraph).and_then(|p| p.sentences.get(self.sentence)).copied().unwrap_or_default()
    }

    pub fn title(self) -> &'static str {
        PARAGRAPHS.get(self.paragraph).map_or("", |p| p.title)
    }

    pub fn next(self) -> Self {
        Self { sentence: self.sentence + 1, ..self }
    }
}

/// Two sentences and how they stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlacedPair {
    pub a: Place,
    pub b: Place,
}

impl PlacedPair {
    /// A sentence that is not its paragraph's last and the one after it.
    pub fn next(chance: &mut Chance) -> Self {
        let paragraph = chance.below(PARAGRAPHS.len());
        let a = Place { paragraph, sentence: chance.below(PARAGRAPHS[paragraph].sentences.len() - 1) };
        Self { a, b: a.next() }
    }

    /// The same first sentence, with one of another paragraph.
    pub fn random(a: Place, chance: &mut Chance) -> Self {
        let other = (a.paragraph + 1 + chance.below(PARAGRAPHS.len() - 1)) % PARAGRAPHS.len();
        let b = Place { paragraph: other, sentence: chance.below(PARAGRAPHS[other].sentences.len()) };
        Self { a, b }
    }

    pub fn is_next(&self) -> bool {
        self.b == self.a.next()
    }

    pub fn text(&self) -> TextPair {
        TextPair { a: self.a.text().into(), b: Some(self.b.text().into()) }
    }
}

/// A pair drawn on the page: by its seed, a link brings it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    /// The real next sentence, or a random one.
    pub real: bool,
    pub seed: u32,
}

impl Draw {
    pub fn pair(self) -> PlacedPair {
        let mut chance = Chance::new(self.seed);
        let real = PlacedPair::next(&mut chance);
        if self.real { real } else { PlacedPair::random(real.a, &mut chance) }
    }

    /// What a press on "real" or "random" draws: the other kind keeps the first sentence, the same kind draws anew.
    pub fn after(before: Option<Self>, real: bool) -> Self {
        match before {
            None => Self { real, seed: 1 },
            Some(d) if d.real == real => Self { real, seed: d.seed.wrapping_add(1) },
            Some(d) => Self { real, seed: d.seed },
        }
    }

    /// `next.7`, `random.7`
    pub fn to_text(self) -> String {
        format!("{}.{}", if self.real { "next" } else { "random" }, self.seed)
    }

    pub fn from_text(text: &str) -> Option<Self> {
        let (kind, seed) = text.split_once('.')?;
        let real = match kind {
            "next" => true,
            "random" => false,
            _ => return None,
        };
        Some(Self { real, seed: seed.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_file_reads_whole() {
        assert_eq!(PARAGRAPHS.len(), 12);
        let mut seen = HashSet::new();
        for p in PARAGRAPHS.iter() {
            assert!((4..=6).contains(&p.sentences.len()) && !p.title.is_empty(), "{}", p.title);
            for s in &p.sentences {
                assert!(s.ends_with(['.', '?', '!']) && !s.contains('\t') && s.trim() == *s, "{s}");
                assert!(seen.insert(*s), "{s}");
            }
        }
        let sentences: usize = PARAGRAPHS.iter().map(|p| p.sentences.len()).sum();
        assert_eq!(sentences + PARAGRAPHS.len(), FILE.lines().filter(|l| !l.is_empty()).count());
    }

    #[test]
    fn a_draw_is_what_it_says() {
        for seed in 0..2000 {
            let real = Draw { real: true, seed }.pair();
            assert!(real.is_next() && !real.b.text().is_empty() && real.a.paragraph == real.b.paragraph, "{seed}");
            let random = Draw { real: false, seed }.pair();
            assert!(!random.is_next() && random.a == real.a && random.b.paragraph != real.a.paragraph, "{seed}");
            assert!(!random.b.text().is_empty());
        }
        let different: HashSet<_> = (0..50).map(|seed| Draw { real: true, seed }.pair().a).collect();
        assert!(different.len() > 20, "{}", different.len());
    }

    #[test]
    fn the_other_kind_keeps_the_first_sentence() {
        let first = Draw::after(None, true);
        assert_eq!(Draw::after(Some(first), false).pair().a, first.pair().a);
        assert_ne!(Draw::after(Some(first), true), first);
        assert_eq!(Draw::from_text("next.4294967296"), None);
        assert_eq!(Draw::from_text("prior.4"), None);
    }
}
