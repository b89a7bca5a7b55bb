//! The vocabulary of a Hugging Face folder, from `vocab.txt` or `tokenizer.json`, and how its words are read.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
pub enum VocabularyError {
    #[error("{file} is not text in UTF-8")]
    NotText { file: String },
    #[error("{file} cannot be read: {reason}")]
    Json { file: String, reason: String },
    #[error("the tokenizer is a {found}; BERT's is a WordPiece with “##” before what goes on")]
    Model { found: String },
    #[error("the tokenizer keeps Chinese characters together, which this page does not")]
    Chinese,
    #[error("no piece has the id {id}")]
    Gap { id: usize },
    #[error("the vocabulary has {pieces} pieces, the model's table {rows} rows")]
    Size { pieces: usize, rows: usize },
}

/// Who said whether letters are lower-cased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaidBy {
    TokenizerConfig,
    TokenizerJson,
    Config,
    /// No file did: a vocabulary with capital letters is taken for a cased one.
    Vocabulary,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    /// One piece a line, the line's number is the id.
    pub text: String,
    pub lower_case: bool,
    /// None: as `lower_case`.
    pub strip_accents: Option<bool>,
    pub said_by: SaidBy,
}

/// The files that say something of it; of the first two one must be there.
#[derive(Debug, Clone, Copy, Default)]
pub struct Files<'a> {
    pub vocab: Option<&'a [u8]>,
    pub tokenizer: Option<&'a [u8]>,
    pub tokenizer_config: Option<&'a [u8]>,
    pub config: Option<&'a [u8]>,
}

#[derive(Deserialize)]
struct Tokenizer {
    model: Model,
    #[serde(default)]
    normalizer: Option<Normalizer>,
}

#[derive(Deserialize)]
struct Model {
    /// Left out in files of before 2020.
    #[serde(rename = "type", default = "wordpiece")]
    kind: String,
    #[serde(default)]
    continuing_subword_prefix: Option<String>,
    /// A list in tokenizers of other kinds.
    #[serde(default)]
    vocab: serde_json::Value,
}

#[derive(Deserialize, Default)]
struct Normalizer {
    #[serde(alias = "do_lower_case")]
    lowercase: Option<bool>,
    strip_accents: Option<bool>,
    #[serde(alias = "tokenize_chinese_chars")]
    handle_chinese_chars: Option<bool>,
}

fn wordpiece() -> String {
    "WordPiece".into()
}

fn json<T: serde::de::DeserializeOwned>(file: &str, bytes: &[u8]) -> Result<T, VocabularyError> {
    serde_json::from_slice(bytes)
        .map_err(|e| VocabularyError::Json { file: file.into(), reason: e.to_string().chars().take(120).collect() })
}

impl Vocabulary {
    /// Pieces for a table of so many rows; rows without a piece are named "[row N]".
    pub fn read(files: Files<'_>, rows: usize) -> Result<Self, VocabularyError> {
        let tokenizer = files.tokenizer.map(|b| json::<Tokenizer>("tokenizer.json", b)).transpose()?;
        let mut pieces = match (files.vocab, &tokenizer) {
            (Some(bytes), _) => lines(bytes)?,
            (None, Some(tokenizer)) => in_order(&tokenizer.model)?,
            (None, None) => Vec::new(),
        };
        if pieces.len() > rows || pieces.is_empty() {
            return Err(VocabularyError::Size { pieces: pieces.len(), rows });
        }
        // Tables are often padded to a round number of rows.
        pieces.extend((pieces.len()..rows).map(|row| format!("[row {row}]")));
        let own = files.tokenizer_config.map(|b| json::<Normalizer>("tokenizer_config.json", b)).transpose()?;
        let of_config = files.config.map(|b| json::<Normalizer>("config.json", b)).transpose()?;
        let whole = tokenizer.and_then(|t| t.normalizer);
        let sources = [(own, SaidBy::TokenizerConfig), (whole, SaidBy::TokenizerJson), (of_config, SaidBy::Config)];
        let all = || sources.iter().filter_map(|(n, by)| Some((n.as_ref()?, *by)));
        if all().find_map(|(n, _)| n.handle_chinese_chars) == Some(false) {
            return Err(VocabularyError::Chinese);
        }
        let said = all().find_map(|(n, by)| Some((n.lowercase?, by)));
        let capital = |p: &String| !p.starts_with('[') && p.chars().any(char::is_uppercase);
        let (lower_case, said_by) = said.unwrap_or_else(|| (!pieces.iter().any(capital), SaidBy::Vocabulary));
        let strip_accents = all().find_map(|(n, _)| n.strip_accents).filter(|s| *s != lower_case);
        Ok(Self { text: pieces.join("\n"), lower_case, strip_accents, said_by })
    }
}

fn lines(bytes: &[u8]) -> Result<Vec<String>, VocabularyError> {
    let not_text = |_| VocabularyError::NotText { file: "vocab.txt".into() };
    let text = std::str::from_utf8(bytes).map_err(not_text)?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// Pieces by id, none missing.
fn in_order(model: &Model) -> Result<Vec<String>, VocabularyError> {
    let prefix = model.continuing_subword_prefix.as_deref().unwrap_or("##");
    if model.kind != "WordPiece" || prefix != "##" {
        return Err(VocabularyError::Model { found: model.kind.chars().take(40).collect() });
    }
    let vocab: HashMap<String, usize> = serde_json::from_value(model.vocab.clone())
        .map_err(|e| VocabularyError::Json { file: "tokenizer.json".into(), reason: e.to_string() })?;
    let mut pieces: Vec<Option<String>> = vec![None; vocab.len()];
    for (piece, id) in vocab {
        if let Some(place) = pieces.get_mut(id) {
            *place = Some(piece);
        }
    }
    pieces.into_iter().enumerate().map(|(id, piece)| piece.ok_or(VocabularyError::Gap { id })).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const VOCAB: &[u8] = b"[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nwar\n##s\n";

    fn read(files: Files<'_>) -> Result<Vocabulary, VocabularyError> {
        Vocabulary::read(files, 7)
    }

    #[test]
    fn the_nearest_file_says_whether_letters_are_lower_cased() {
        let vocab = Files { vocab: Some(VOCAB), ..Files::default() };
        let (yes, no): (&[u8], &[u8]) = (br#"{"do_lower_case": true}"#, br#"{"do_lower_case": false}"#);
        let said = |files| read(files).map(|v| (v.lower_case, v.said_by)).unwrap();
        assert_eq!(said(vocab), (true, SaidBy::Vocabulary));
        let cased = String::from_utf8_lossy(VOCAB).replace("war", "War");
        assert_eq!(said(Files { vocab: Some(cased.as_bytes()), ..vocab }), (false, SaidBy::Vocabulary));
        assert_eq!(said(Files { config: Some(no), ..vocab }), (false, SaidBy::Config));
        let tokenizer: &[u8] = br###"{"model": {"type": "WordPiece", "continuing_subword_prefix": "##", "vocab":
            {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "##s": 6, "war": 5}},
            "normalizer": {"type": "BertNormalizer", "lowercase": true, "strip_accents": false}}"###;
        let alone = Files { tokenizer: Some(tokenizer), config: Some(no), ..Files::default() };
        assert_eq!(said(alone), (true, SaidBy::TokenizerJson));
        assert_eq!(read(alone).unwrap().text.as_bytes(), VOCAB.strip_suffix(b"\n").unwrap());
        assert_eq!(read(alone).unwrap().strip_accents, Some(false));
        assert_eq!(said(Files { tokenizer_config: Some(no), ..alone }), (false, SaidBy::TokenizerConfig));
        assert_eq!(said(Files { tokenizer_config: Some(yes), ..vocab }), (true, SaidBy::TokenizerConfig));
    }

    #[test]
    fn padded_tables_have_named_rows() {
        let v = Vocabulary::read(Files { vocab: Some(VOCAB), ..Files::default() }, 9).unwrap();
        assert_eq!(v.text.lines().skip(7).collect::<Vec<_>>(), ["[row 7]", "[row 8]"]);
    }

    #[test]
    fn other_files_are_refused() {
        let tokenizer = |json: &str| read(Files { tokenizer: Some(json.as_bytes()), ..Files::default() });
        let bpe = r#"{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}"#;
        assert!(matches!(tokenizer(bpe), Err(VocabularyError::Model { .. })));
        let unigram = r#"{"model": {"type": "Unigram", "vocab": [["a", -1.0]]}}"#;
        assert!(matches!(tokenizer(unigram), Err(VocabularyError::Model { .. })));
        let gap = r#"{"model": {"type": "WordPiece", "vocab": {"a": 0, "b": 2}}}"#;
        assert_eq!(tokenizer(gap), Err(VocabularyError::Gap { id: 1 }));
        assert!(matches!(tokenizer("{"), Err(VocabularyError::Json { .. })));
        assert_eq!(read(Files::default()), Err(VocabularyError::Size { pieces: 0, rows: 7 }));
        let long = [VOCAB, b"one more"].concat();
        assert!(matches!(read(Files { vocab: Some(&long), ..Files::default() }), Err(VocabularyError::Size { .. })));
        assert!(matches!(
            read(Files { vocab: Some(b"\xff"), ..Files::default() }),
            Err(VocabularyError::NotText { .. })
        ));
    }
}
