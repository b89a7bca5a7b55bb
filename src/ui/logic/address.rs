//! The page's state in the address fragment, which no server ever sees. link → state → link is the identity.

use super::change::Change;
use super::context::ContextState;
use super::features::FeaturesState;
use super::masking::MaskingState;
use super::paragraphs::Draw;
use super::pretraining::PretrainState;
use crate::protocol::{EngineChoice, TextPair};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lesson {
    #[default]
    Blank,
    Attention,
    Tokens,
    NextSentence,
    Sentiment,
    FineTune,
    Answers,
    Why,
    Context,
    Masking,
    Directions,
    Input,
    Inside,
    Features,
    Own,
    PreTraining,
}

impl Lesson {
    pub const OPEN: [Self; 16] = [
        Self::Blank,
        Self::Attention,
        Self::Tokens,
        Self::NextSentence,
        Self::Sentiment,
        Self::FineTune,
        Self::Answers,
        Self::Why,
        Self::Context,
        Self::Masking,
        Self::Directions,
        Self::Input,
        Self::Inside,
        Self::Features,
        Self::Own,
        Self::PreTraining,
    ];

    pub fn slug(self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::Attention => "attention",
            Self::Tokens => "tokens",
            Self::NextSentence => "next-sentence",
            Self::Sentiment => "sentiment",
            Self::FineTune => "fine-tune",
            Self::Answers => "answers",
            Self::Why => "why",
            Self::Context => "context",
            Self::Masking => "masking",
            Self::Directions => "directions",
            Self::Input => "input",
            Self::Inside => "inside",
            Self::Features => "features",
            Self::Own => "own",
            Self::PreTraining => "pre-training",
        }
    }
}

/// A choice the visitor has not made, has made, or has undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pick {
    /// The lesson's own.
    #[default]
    Opening,
    Nothing,
    At(usize),
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    pub lesson: Lesson,
    /// None until the visitor types: each lesson then opens with its own. Travels between lessons.
    pub text: Option<TextPair>,
    /// The second sentence of a comparison of blanks.
    pub versus: Option<String>,
    /// The visitor's own words; None until they ask for one.
    pub asked: Option<Vec<String>>,
    /// Words of the text that the visitor left out (an empty one) or replaced, by their number from 0.
    pub changes: BTreeMap<usize, String>,
    /// Layer and head, from 0 (from 1 in the address, as people count).
    pub head: Option<(usize, usize)>,
    /// The picked piece.
    pub piece: Pick,
    /// Attention: the words, by their numbers from 0, of which the first stands for the second.
    pub refers: Option<(usize, usize)>,
    /// The figure's other form: matrix for arcs, table for pieces.
    pub other_view: bool,
    /// Whether [CLS] and [SEP] are shown in attention.
    pub with_specials: bool,
    /// Next sentence: where the pair was drawn, until it is typed in.
    pub draw: Option<Draw>,
    /// Next sentence: B before A.
    pub swapped: bool,
    /// Next sentence: every piece in segment A.
    pub one_segment: bool,
    /// The seed of the quiz that is open.
    pub quiz: Option<u32>,
    pub context: ContextState,
    pub features: FeaturesState,
    pub masking: MaskingState,
    pub pretraining: PretrainState,
    /// The input: what is changed in it.
    pub change: Change,
    /// The chosen one of a figure's several forms.
    pub form: usize,
    /// BERT-Base, cased, in place of the uncased one.
    pub cased: bool,
    pub engine: EngineChoice,
}

impl Address {
    /// The first lesson's opening, on the same model and engine.
    pub fn home(&self) -> Self {
        Self { cased: self.cased, engine: self.engine, ..Self::default() }
    }

    pub fn to_fragment(&self) -> String {
        let mut out = String::from(self.lesson.slug());
        let mut first = true;
        let mut put = |key: &str, value: &str| {
            out.push(if std::mem::take(&mut first) { '?' } else { '&' });
            out.push_str(key);
            out.push('=');
            encode(value, &mut out);
        };
        if let Some(text) = &self.text {
            put("a", &text.a);
            if let Some(b) = &text.b {
                put("b", b);
            }
        }
        if let Some(versus) = &self.versus {
            put("versus", versus);
        }
        if let Some(asked) = &self.asked {
            // A lone empty word says: asked for none.
            if asked.is_empty() {
                put("ask", "");
            }
            asked.iter().for_each(|word| put("ask", word));
        }
        for (word, by) in &self.changes {
            put("word", &format!("{word}.{by}"));
        }
        if let Some((layer, head)) = self.head {
            put("head", &format!("{}.{}", layer + 1, head + 1));
        }
        match self.piece {
            Pick::Opening => {}
            Pick::Nothing => put("piece", "none"),
            Pick::At(i) => put("piece", &i.to_string()),
        }
        if let Some((pronoun, noun)) = self.refers {
            put("refers", &format!("{pronoun}.{noun}"));
        }
        if self.other_view {
            put("view", "other");
        }
        if self.with_specials {
            put("specials", "shown");
        }
        if let Some(draw) = self.draw {
            put("draw", &draw.to_text());
        }
        if self.swapped {
            put("order", "swapped");
        }
        if self.one_segment {
            put("segments", "one");
        }
        if let Some(seed) = self.quiz {
            put("quiz", &seed.to_string());
        }
        self.context.put(&mut put);
        self.features.put(&mut put);
        self.masking.put(&mut put);
        self.pretraining.put(&mut put);
        if self.change != Change::Nothing {
            put("change", &self.change.to_text());
        }
        if self.form > 0 {
            put("form", &self.form.to_string());
        }
        if self.cased {
            put("m", "cased");
        }
        match self.engine {
            EngineChoice::Auto => {}
            EngineChoice::Gpu => put("engine", "gpu"),
            EngineChoice::Cpu => put("engine", "cpu"),
        }
        out
    }

    /// Reads a fragment, with or without '#'. What it cannot read it leaves at its default.
    pub fn from_fragment(fragment: &str) -> Self {
        let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
        let (slug, query) = fragment.split_once('?').unwrap_or((fragment, ""));
        let lesson = Lesson::OPEN.into_iter().find(|l| l.slug() == slug).unwrap_or_default();
        let mut address = Self { lesson, ..Self::default() };
        let mut b = None;
        for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let value = decode(value);
            match key {
                "a" => address.text = Some(TextPair { a: value, b: None }),
                "b" => b = Some(value),
                "versus" => address.versus = Some(value),
                "ask" => {
                    let asked = address.asked.get_or_insert_default();
                    if !value.is_empty() {
                        asked.push(value);
                    }
                }
                "word" => {
                    let change = value.split_once('.').and_then(|(word, by)| Some((word.parse().ok()?, by.to_owned())));
                    address.changes.extend(change);
                }
                "head" => address.head = head_from_text(&value),
                "piece" if value == "none" => address.piece = Pick::Nothing,
                "piece" => address.piece = value.parse().map_or(Pick::Opening, Pick::At),
                "refers" => {
                    address.refers = value.split_once('.').and_then(|(p, n)| Some((p.parse().ok()?, n.parse().ok()?)));
                }
                "view" => address.other_view = value == "other",
                "specials" => address.with_specials = value == "shown",
                "draw" => address.draw = Draw::from_text(&value),
                "order" => address.swapped = value == "swapped",
                "segments" => address.one_segment = value == "one",
                "quiz" => address.quiz = value.parse().ok(),
                "change" => address.change = Change::from_text(&value),
                "form" => address.form = value.parse().unwrap_or_default(),
                "m" => address.cased = value == "cased",
                "engine" if value == "gpu" => address.engine = EngineChoice::Gpu,
                "engine" if value == "cpu" => address.engine = EngineChoice::Cpu,
                _ => drop(
                    address.context.take(key, &value)
                        || address.masking.take(key, &value)
                        || address.pretraining.take(key, &value)
                        || address.features.take(key, &value),
                ),
            }
        }
        if let (Some(text), Some(b)) = (&mut address.text, b) {
            text.b = Some(b);
        }
        address
    }
}

/// A link's settings: key and value, in order, but for the texts, the model and the engine. A key that repeats has its values
/// in one.
pub fn settings(fragment: &str) -> Vec<(String, String)> {
    let query = fragment.split_once('?').map_or("", |(_, query)| query);
    let mut all: Vec<(String, String)> = Vec::new();
    for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        let value = decode(value);
        match all.iter_mut().find(|(k, _)| k == key) {
            _ if matches!(key, "a" | "b" | "versus" | "s" | "corpus" | "m" | "engine") => {}
            Some((_, values)) => *values = format!("{values}, {value}"),
            None => all.push((key.to_owned(), value)),
        }
    }
    all
}

fn head_from_text(text: &str) -> Option<(usize, usize)> {
    let (layer, head) = text.split_once('.')?;
    Some((layer.parse::<usize>().ok()?.checked_sub(1)?, head.parse::<usize>().ok()?.checked_sub(1)?))
}

/// Percent-encodes all but RFC 3986's unreserved characters, by UTF-8 byte; a space becomes '+'.
fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            b' ' => out.push('+'),
            _ => {
                out.push('%');
                out.extend([byte >> 4, byte & 15].map(|n| b"0123456789ABCDEF"[n as usize] as char));
            }
        }
    }
}

/// The reverse; a '%' that begins no byte stands for itself, broken UTF-8 becomes U+FFFD.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let hex = |at: usize| bytes.get(at).and_then(|&b| (b as char).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        match (bytes[i], hex(i + 1), hex(i + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                i += 2;
            }
            (b'+', ..) => out.push(b' '),
            (byte, ..) => out.push(byte),
        }
        i += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::features::{Layers, Vectors};
    use crate::protocol::masking::Recipe;

    const HOSTILE: [&str; 9] = [
        "plain words",
        "100 % & more = a#b?c+d;e",
        "%41 %zz %",
        "line\nbreak\r\ttab\0null",
        "🙂 naïve 北京 \u{202e}rtl\u{feff}",
        "",
        " ",
        "&a=1&lesson=x",
        "e\u{301}\u{fffd}'\"<script>`",
    ];

    /// Every state from a small counter-based generator: 20,000 of them, hostile text throughout.
    #[test]
    fn link_state_link_is_the_identity() {
        let mut seed = 0u64;
        let mut next = |n: usize| {
            seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = seed;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) % n as u64) as usize
        };
        for _ in 0..20_000 {
            let word = |next: &mut dyn FnMut(usize) -> usize| {
                (0..next(3)).map(|_| HOSTILE[next(HOSTILE.len())]).collect::<String>()
            };
            let b = (next(2) == 0).then(|| word(&mut next));
            let text = (next(4) > 0).then(|| TextPair { a: word(&mut next), b });
            let asked = (next(2) == 0)
                .then(|| (0..next(3)).map(|_| word(&mut next)).filter(|w| !w.is_empty()).collect::<Vec<_>>());
            let state = Address {
                lesson: Lesson::OPEN[next(Lesson::OPEN.len())],
                text,
                versus: (next(2) == 0).then(|| word(&mut next)),
                asked,
                changes: (0..next(3)).map(|_| (next(512), word(&mut next))).collect(),
                head: (next(2) == 0).then(|| (next(12), next(12))),
                piece: [Pick::Opening, Pick::Nothing, Pick::At(next(512))][next(3)],
                refers: (next(2) == 0).then(|| (next(64), next(64))),
                other_view: next(2) == 0,
                with_specials: next(2) == 0,
                draw: (next(2) == 0).then(|| Draw { real: next(2) == 0, seed: next(u32::MAX as usize) as u32 }),
                swapped: next(2) == 0,
                one_segment: next(2) == 0,
                context: ContextState {
                    word: (next(2) == 0).then(|| word(&mut next)),
                    sentences: (next(2) == 0).then(|| (0..1 + next(8)).map(|_| word(&mut next)).collect()),
                    layer: (next(2) == 0).then(|| next(13)),
                    between: (next(2) == 0).then(|| (next(8), next(8))),
                },
                features: FeaturesState {
                    lines: (next(2) == 0).then(|| word(&mut next)),
                    layers: [None, Some(Layers::One(next(13))), Some(Layers::Sum), Some(Layers::Joined)][next(4)],
                    vectors: [
                        None,
                        Some(Vectors::First),
                        Some(Vectors::Mean),
                        Some(Vectors::Pooled),
                        Some(Vectors::Pieces),
                    ][next(5)],
                },
                masking: MaskingState {
                    seed: next(u32::MAX as usize) as u32,
                    recipe: Recipe {
                        chosen: next(61) as u8,
                        hidden: next(51) as u8,
                        random: next(51) as u8,
                        whole_words: next(2) == 0,
                    },
                },
                pretraining: PretrainState {
                    text: (next(2) == 0).then(|| word(&mut next)),
                    seed: next(u32::MAX as usize) as u32,
                },
                quiz: (next(2) == 0).then(|| next(u32::MAX as usize) as u32),
                change: [Change::Nothing, Change::NoWord(next(64)), Change::Trade(next(64), next(64)), Change::FlipAll]
                    [next(4)],
                form: next(3),
                cased: next(2) == 0,
                engine: [EngineChoice::Auto, EngineChoice::Gpu, EngineChoice::Cpu][next(3)],
            };
            let link = state.to_fragment();
            assert!(link.is_ascii() && !link.contains(['#', ' ', '\n', '"', '<']), "{link}");
            let read = Address::from_fragment(&format!("#{link}"));
            assert_eq!(read, state);
            assert_eq!(read.to_fragment(), link);
        }
    }

    #[test]
    fn settings_are_all_but_texts_model_and_engine() {
        let of = |link| settings(link).into_iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>();
        assert_eq!(of("blank?a=x&ask=a+b&ask=c%26d&m=cased&engine=cpu&form=2"), ["ask=a b, c&d", "form=2"]);
        assert!(of("blank").is_empty() && of("blank?a=x&b=y&versus=z").is_empty());
    }

    #[test]
    fn a_changed_link_is_a_changed_state() {
        let link = Address { versus: Some("a & b".into()), ..Address::default() }.to_fragment();
        assert_ne!(Address::from_fragment(&link.replace("%26", "%27")), Address::from_fragment(&link));
    }

    #[test]
    fn broken_links_open_the_page_all_the_same() {
        for broken in [
            "",
            "#",
            "#nowhere",
            "#blank?",
            "#blank?a",
            "#attention?head=0.0",
            "#tokens?a=%ff%",
            "#?&&==&a=%",
            "#next-sentence?draw=next&quiz=-1",
            "#sentiment?word=&word=x.y&word=-1.",
            "#context?between=0.1&layer=x&about=",
            "#masking?rates=300.1&seed=-4",
            "#features?from=-1&vectors=all",
            "#pre-training?begin=-1&corpus",
        ] {
            let state = Address::from_fragment(broken);
            assert_eq!(Address::from_fragment(&state.to_fragment()), state);
        }
        assert_eq!(Address::from_fragment("#attention?head=0.0").head, None);
    }
}
