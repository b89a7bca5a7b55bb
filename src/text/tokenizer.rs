//! Hugging Face's WordPiece tokenizer, set up as BERT was trained, with spans and words for the page.

use super::tokens::{Cut, Piece, PieceKind, Row, TextPair, Tokens, Word};
use super::trace;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::{
    AddedToken, DecoderWrapper, Encoding, Model as _, PostProcessorWrapper, TokenizerBuilder, TokenizerImpl,
};

type Inner = TokenizerImpl<WordPiece, BertNormalizer, BertPreTokenizer, PostProcessorWrapper, DecoderWrapper>;

pub const PAD: &str = "[PAD]";
pub const UNK: &str = "[UNK]";
pub const CLS: &str = "[CLS]";
pub const SEP: &str = "[SEP]";
pub const MASK: &str = "[MASK]";

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    #[error("the vocabulary lacks {piece}")]
    MissingPiece { piece: String },
    #[error("the vocabulary names {piece} twice")]
    RepeatedPiece { piece: String },
    #[error("tokenizer: {0}")]
    Tokenizer(String),
}

/// Text ↔ ids of one vocabulary.
pub struct BertTokenizer {
    inner: Inner,
    normalizer: BertNormalizer,
    lower_case: bool,
    strips_accents: bool,
    pieces: Vec<String>,
    cls: u32,
    sep: u32,
    unk: u32,
    mask: u32,
    pad: u32,
}

impl BertTokenizer {
    /// From `vocab.txt`: one piece a line, the line number is the id.
    pub fn from_vocab(vocab_txt: &str, lower_case: bool) -> Result<Self, TextError> {
        Self::with_accents(vocab_txt, lower_case, None)
    }

    /// `strip_accents`: None where accents go when letters are lower-cased.
    pub fn with_accents(vocab_txt: &str, lower_case: bool, strip_accents: Option<bool>) -> Result<Self, TextError> {
        let pieces: Vec<String> = vocab_txt.lines().map(|l| l.trim_end_matches('\r').to_owned()).collect();
        let mut vocab: ahash::AHashMap<String, u32> = ahash::AHashMap::with_capacity(pieces.len());
        for (id, piece) in pieces.iter().enumerate() {
            if vocab.insert(piece.clone(), id as u32).is_some() {
                return Err(TextError::RepeatedPiece { piece: piece.clone() });
            }
        }
        let id =
            |piece: &str| vocab.get(piece).copied().ok_or_else(|| TextError::MissingPiece { piece: piece.to_owned() });
        let (cls, sep, unk, mask, pad) = (id(CLS)?, id(SEP)?, id(UNK)?, id(MASK)?, id(PAD)?);
        let fault = |e: tokenizers::Error| TextError::Tokenizer(e.to_string());
        let model = WordPiece::builder()
            .vocab(vocab)
            .unk_token(UNK.into())
            .continuing_subword_prefix(trace::CONTINUATION.into())
            .max_input_chars_per_word(trace::MAX_WORD_CHARS)
            .build()
            .map_err(fault)?;
        let normalizer = BertNormalizer::new(true, true, strip_accents, lower_case);
        let mut inner: Inner = TokenizerBuilder::new()
            .with_model(model)
            .with_normalizer(Some(normalizer))
            .with_pre_tokenizer(Some(BertPreTokenizer))
            .with_post_processor(None)
            .with_decoder(None)
            .build()
            .map_err(fault)?;
        let specials: Vec<AddedToken> = [PAD, UNK, CLS, SEP, MASK].map(|t| AddedToken::from(t, true)).into();
        inner.add_special_tokens(specials).map_err(fault)?;
        let strips_accents = strip_accents.unwrap_or(lower_case);
        Ok(Self { inner, normalizer, lower_case, strips_accents, pieces, cls, sep, unk, mask, pad })
    }

    /// The same vocabulary with letters kept that were lower-cased, or lower-cased that were kept.
    pub fn other_case(&self) -> Result<Self, TextError> {
        Self::from_vocab(&self.pieces.join("\n"), !self.lower_case)
    }

    /// V
    pub fn vocab_size(&self) -> usize {
        self.pieces.len()
    }

    pub fn mask_id(&self) -> u32 {
        self.mask
    }

    /// The piece of an id, "[UNK]" beyond the vocabulary.
    pub fn piece(&self, id: u32) -> &str {
        self.pieces.get(id as usize).map_or(UNK, String::as_str)
    }

    pub fn id_of(&self, piece: &str) -> Option<u32> {
        self.inner.get_model().token_to_id(piece)
    }

    /// Ids of a text without [CLS] and [SEP].
    pub fn encode_ids(&self, text: &str) -> Result<Vec<u32>, TextError> {
        let e = self.inner.encode_fast(text, false).map_err(|e| TextError::Tokenizer(e.to_string()))?;
        Ok(e.get_ids().to_vec())
    }

    /// Ids of a text without [CLS] and [SEP], and where each stands, UTF-16 code units [start, end).
    pub fn encode_spans(&self, text: &str) -> Result<(Vec<u32>, Vec<[usize; 2]>), TextError> {
        let e = self.inner.encode(text, false).map_err(|e| TextError::Tokenizer(e.to_string()))?;
        let utf16 = Utf16::of(text);
        let spans = e.get_offsets().iter().map(|&(start, end)| [utf16.at(start), utf16.at(end)]);
        Ok((e.get_ids().to_vec(), spans.collect()))
    }

    pub fn pad_id(&self) -> u32 {
        self.pad
    }

    /// The row of [`Self::encode`] alone, many times as fast, and the pieces that there would have been.
    pub fn encode_row(&self, a: &str, b: Option<&str>, max_tokens: usize) -> Result<(Row, usize), TextError> {
        let mut texts = vec![self.encode_ids(a)?];
        texts.extend(b.map(|b| self.encode_ids(b)).transpose()?);
        let specials = 1 + texts.len();
        let full: Vec<usize> = texts.iter().map(Vec::len).collect();
        let keep = kept(&full, max_tokens.saturating_sub(specials));
        let mut row = Row { input_ids: vec![self.cls], token_type_ids: vec![0] };
        for (i, (ids, &keep)) in texts.iter().zip(&keep).enumerate() {
            row.input_ids.extend(ids[..keep].iter().chain(&[self.sep]));
            row.token_type_ids.resize(row.input_ids.len(), i as u32);
        }
        Ok((row, specials + full.iter().sum::<usize>()))
    }

    /// A row of one text's pieces between [CLS] and [SEP].
    pub fn row(&self, ids: &[u32]) -> Row {
        let input_ids: Vec<u32> = [self.cls].iter().chain(ids).chain(&[self.sep]).copied().collect();
        let token_type_ids = vec![0; input_ids.len()];
        Row { input_ids, token_type_ids }
    }

    /// A row of two texts' pieces: [CLS] A [SEP] B [SEP].
    pub fn pair_row(&self, a: &[u32], b: &[u32]) -> Row {
        let input_ids = [&[self.cls], a, &[self.sep], b, &[self.sep]].concat();
        let token_type_ids = (0..input_ids.len()).map(|i| u32::from(i >= a.len() + 2)).collect();
        Row { input_ids, token_type_ids }
    }

    /// [CLS] A [SEP], or [CLS] A [SEP] B [SEP], at most `max_tokens` pieces. What is too long loses
    /// pieces from the end, the longer text first, as Hugging Face's `longest_first` does.
    pub fn encode(&self, text: &TextPair, max_tokens: usize) -> Result<(Row, Tokens), TextError> {
        let texts: Vec<&str> = std::iter::once(text.a.as_str()).chain(text.b.as_deref()).collect();
        let mut encodings = Vec::new();
        for t in &texts {
            encodings.push(self.inner.encode(*t, false).map_err(|e| TextError::Tokenizer(e.to_string()))?);
        }
        let specials = 1 + texts.len();
        let full: Vec<usize> = encodings.iter().map(Encoding::len).collect();
        let keep = kept(&full, max_tokens.saturating_sub(specials));

        let mut tokens = Tokens::default();
        let mut cut_at = Vec::new();
        tokens.pieces.push(self.added(self.cls, 0));
        for (i, (text, encoding)) in texts.iter().zip(&encodings).enumerate() {
            self.push_text(&mut tokens, text, i as u32, encoding, keep[i]);
            if keep[i] < full[i] {
                let last = tokens.pieces.last().and_then(|p| p.span);
                cut_at.push((i as u32, last.map_or(0, |s| s[1])));
            }
            tokens.pieces.push(self.added(self.sep, i as u32));
        }
        if !cut_at.is_empty() {
            let total = specials + full.iter().sum::<usize>();
            tokens.cut = Some(Cut { limit: max_tokens, total, at: cut_at });
        }
        let row = Row {
            input_ids: tokens.pieces.iter().map(|p| p.id).collect(),
            token_type_ids: tokens.pieces.iter().map(|p| p.segment).collect(),
        };
        Ok((row, tokens))
    }

    fn added(&self, id: u32, segment: u32) -> Piece {
        Piece { id, text: self.piece(id).to_owned(), segment, kind: PieceKind::Special, span: None, word: None }
    }

    fn kind(&self, id: u32, text: &str) -> PieceKind {
        if id == self.mask {
            PieceKind::Mask
        } else if id == self.unk {
            PieceKind::Unknown
        } else if [self.cls, self.sep, self.pad].contains(&id) {
            PieceKind::Special
        } else if text.starts_with(trace::CONTINUATION) {
            PieceKind::Continuation
        } else {
            PieceKind::Start
        }
    }

    /// Appends the first `keep` pieces of a text and the words they belong to.
    fn push_text(&self, out: &mut Tokens, text: &str, segment: u32, e: &Encoding, keep: usize) {
        let utf16 = Utf16::of(text);
        let first_word = out.words.len();
        let mut byte_spans: Vec<[usize; 2]> = Vec::new();
        let mut unknown: Vec<bool> = Vec::new();
        let mut current: Option<u32> = None;
        for i in 0..keep {
            let (id, word_id, (start, end)) = (e.get_ids()[i], e.get_word_ids()[i], e.get_offsets()[i]);
            let piece_text = e.get_tokens()[i].clone();
            let typed_special = self.is_typed_special(&text[start..end]);
            let mut kind = self.kind(id, &piece_text);
            if kind == PieceKind::Unknown && typed_special {
                kind = PieceKind::Special;
            }
            let word = (!typed_special).then(|| {
                if current != word_id || byte_spans.is_empty() {
                    current = word_id;
                    byte_spans.push([start, end]);
                    unknown.push(false);
                }
                let n = byte_spans.len() - 1;
                byte_spans[n][1] = byte_spans[n][1].max(end);
                unknown[n] |= kind == PieceKind::Unknown;
                first_word + n
            });
            let span = Some([utf16.at(start), utf16.at(end)]);
            out.pieces.push(Piece { id, text: piece_text, segment, kind, span, word });
        }
        for ([start, end], unknown) in byte_spans.into_iter().zip(unknown) {
            let typed = &text[start..end];
            let neighbours = [text[..start].chars().next_back(), text[end..].chars().next()];
            let alone = neighbours.into_iter().flatten().any(|c| !c.is_whitespace());
            let read = trace::read_word(&self.normalizer, typed);
            out.words.push(Word {
                segment,
                typed: typed.to_owned(),
                span: [utf16.at(start), utf16.at(end)],
                changes: trace::changes(typed, alone, (self.lower_case, self.strips_accents), unknown),
                steps: trace::greedy_steps(&read, |p| self.id_of(p)),
                read,
            });
        }
    }

    fn is_typed_special(&self, typed: &str) -> bool {
        [PAD, UNK, CLS, SEP, MASK].contains(&typed)
    }
}

/// How many pieces of each text fit in `room`: the longer text gives way, the second one when equal.
fn kept(full: &[usize], room: usize) -> Vec<usize> {
    match *full {
        [a, b] if a + b > room => {
            let shorter = a.min(b).min(room / 2);
            let longer = room - shorter;
            // Equal texts share the room, and the odd piece stays with the first.
            if a.min(b) > room / 2 {
                vec![longer, shorter]
            } else if a <= b {
                vec![shorter, longer]
            } else {
                vec![longer, shorter]
            }
        }
        _ => full.iter().map(|&n| n.min(room)).collect(),
    }
}

/// Byte offset → UTF-16 offset, for browsers count strings so.
struct Utf16(Option<Vec<u32>>);

impl Utf16 {
    fn of(text: &str) -> Self {
        if text.is_ascii() {
            return Self(None);
        }
        let mut map = vec![0; text.len() + 1];
        let mut units = 0;
        for (i, c) in text.char_indices() {
            map[i..i + c.len_utf8()].fill(units);
            units += c.len_utf16() as u32;
        }
        map[text.len()] = units;
        Self(Some(map))
    }

    fn at(&self, byte: usize) -> usize {
        self.0.as_ref().map_or(byte, |m| m[byte] as usize)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn tokenizer() -> BertTokenizer {
        let words =
            ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "una", "##ffa", "##ble", "cafe", "a", "!", "中", "##a"];
        BertTokenizer::from_vocab(&words.join("\n"), true).unwrap()
    }

    #[test]
    fn steps_hit_the_tokenizers_pieces() {
        let (row, t) =
            tokenizer().encode(&TextPair { a: "Unaffable café! 中a [MASK] zz".into(), b: None }, 512).unwrap();
        assert_eq!(row.input_ids, [2, 5, 6, 7, 8, 10, 11, 9, 4, 1, 3]);
        let hits: Vec<u32> = t.words.iter().flat_map(|w| w.steps.iter().filter_map(|s| s.id)).collect();
        assert_eq!(hits, [5, 6, 7, 8, 10, 11, 9]);
        assert_eq!(t.words[0].changes, [super::super::tokens::Change::LowerCase]);
        assert_eq!(t.words[1].read, "cafe");
        assert_eq!(t.words[1].span, [10, 14]);
    }

    /// An uncased vocabulary knows no capital and no accent; a cased one tells them apart.
    #[test]
    fn the_case_of_a_vocabulary_matters() {
        let words = |t: &BertTokenizer, text: &str| {
            t.encode_ids(text).unwrap().into_iter().map(|id| t.piece(id).to_owned()).collect::<Vec<_>>()
        };
        let uncased = tokenizer();
        assert_eq!(words(&uncased, "Café cafe"), ["cafe", "cafe"]);
        assert_eq!(words(&uncased.other_case().unwrap(), "Café cafe"), ["[UNK]", "cafe"]);
        let vocab = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nCafé\ncafe\ncafé\nCafe";
        let cased = BertTokenizer::from_vocab(vocab, false).unwrap();
        assert_eq!(words(&cased, "Café cafe café Cafe"), ["Café", "cafe", "café", "Cafe"]);
        assert_eq!(words(&cased.other_case().unwrap(), "Café cafe café Cafe"), ["cafe"; 4]);
        let accents = BertTokenizer::with_accents(vocab, true, Some(false)).unwrap();
        assert_eq!(words(&accents, "CAFÉ Cafe"), ["café", "cafe"]);
        let (_, t) = accents.encode(&TextPair { a: "CAFÉ".into(), b: None }, 8).unwrap();
        assert_eq!(t.words[0].changes, [super::super::tokens::Change::LowerCase], "no accent was dropped");
    }

    #[test]
    fn cutting_shortens_the_longer_text() {
        assert_eq!(kept(&[3, 9], 6), [3, 3]);
        assert_eq!(kept(&[1, 9], 6), [1, 5]);
        assert_eq!(kept(&[9, 9], 7), [4, 3]);
        assert_eq!(kept(&[9, 2], 7), [5, 2]);
        assert_eq!(kept(&[9], 7), [7]);
        assert_eq!(kept(&[2, 2], 7), [2, 2]);
    }

    #[test]
    fn long_texts_are_cut_and_told() {
        let (row, t) = tokenizer().encode(&TextPair { a: "a ".repeat(600), b: None }, 512).unwrap();
        assert_eq!(row.input_ids.len(), 512);
        let cut = t.cut.unwrap();
        assert_eq!((cut.total, cut.at), (602, vec![(0, 1019)]));
    }
}
