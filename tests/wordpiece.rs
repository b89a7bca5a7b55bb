//! Our tokenizer against Hugging Face's own (`tools/wordpiece_golden.py` made the ids), and the
//! greedy steps that the page shows against the tokenizer.
#![allow(clippy::unwrap_used)]

use bertscope::protocol::{PieceKind, TextPair};
use bertscope::text::tokenizer::BertTokenizer;

const GOLDEN: &str = include_str!("data/wordpiece.jsonl");
const VOCAB: &str = include_str!("../assets/models/bert-base-uncased/vocab.txt");
const CASED_GOLDEN: &str = include_str!("data/wordpiece_cased.jsonl");
const CASED_VOCAB: &str = include_str!("../assets/models/bert-base-cased/vocab.txt");

fn tokenizer() -> BertTokenizer {
    BertTokenizer::from_vocab(VOCAB, true).unwrap()
}

fn cased() -> BertTokenizer {
    BertTokenizer::from_vocab(CASED_VOCAB, false).unwrap()
}

/// Strings whose ids differ from the golden ones.
fn differing(t: &BertTokenizer, golden: &str) -> (usize, Vec<String>) {
    let cases: Vec<(String, Vec<u32>)> = golden.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let differ = |(text, ids): &(String, Vec<u32>)| {
        let ours = t.encode_ids(text).unwrap();
        (ours != *ids).then(|| format!("{text:?}: {ours:?}, Hugging Face {ids:?}"))
    };
    (cases.len(), cases.iter().filter_map(differ).collect())
}

#[test]
fn ids_are_hugging_faces() {
    for (t, golden) in [(tokenizer(), GOLDEN), (cased(), CASED_GOLDEN)] {
        let (cases, wrong) = differing(&t, golden);
        assert!(cases >= 2000, "only {cases} strings");
        assert!(wrong.is_empty(), "{} of {cases} differ, first: {:#?}", wrong.len(), &wrong[..wrong.len().min(5)]);
    }
}

/// What the setting is for: one vocabulary told to read as the other is read is another tokenizer.
#[test]
fn the_wrong_case_goes_red() {
    let lowered = BertTokenizer::from_vocab(CASED_VOCAB, true).unwrap();
    assert!(differing(&lowered, CASED_GOLDEN).1.len() > 500);
}

#[test]
fn one_wrong_id_goes_red() {
    let corrupted = GOLDEN.replacen("[1037]", "[1038]", 1);
    assert_ne!(corrupted, GOLDEN);
    assert_eq!(differing(&tokenizer(), &corrupted).1.len(), 1);
}

/// Every word's greedy steps end in the tokenizer's own pieces, and spans lie in the text.
#[test]
fn steps_lead_to_the_pieces() {
    steps_lead(&tokenizer(), GOLDEN);
    steps_lead(&cased(), CASED_GOLDEN);
}

fn steps_lead(t: &BertTokenizer, golden: &str) {
    for line in golden.lines() {
        let (text, _): (String, Vec<u32>) = serde_json::from_str(line).unwrap();
        let units = text.encode_utf16().count();
        let (row, tokens) = t.encode(&TextPair { a: text.clone(), b: None }, 512).unwrap();
        assert_eq!(row.input_ids.len(), tokens.pieces.len());
        for (w, word) in tokens.words.iter().enumerate() {
            let pieces: Vec<_> = tokens.pieces.iter().filter(|p| p.word == Some(w)).collect();
            let hits: Vec<u32> = word.steps.iter().filter_map(|s| s.id).collect();
            if pieces[0].kind == PieceKind::Unknown {
                let unread = word.steps.is_empty() || word.steps.last().unwrap().id.is_none();
                assert!(unread, "{text:?}: {word:?}");
            } else if tokens.cut.is_none() {
                let ids: Vec<u32> = pieces.iter().map(|p| p.id).collect();
                assert_eq!(hits, ids, "{text:?}: {word:?}");
            }
            assert!(word.span[0] <= word.span[1] && word.span[1] <= units, "{text:?}: {word:?}");
        }
    }
}

#[test]
fn one_megabyte_is_read_and_cut() {
    let text = "Reviews of the river bank. ".repeat(38_000);
    let (row, tokens) = tokenizer().encode(&TextPair { a: text.clone(), b: Some(text) }, 512).unwrap();
    assert_eq!(row.input_ids.len(), 512);
    assert_eq!(tokens.cut.unwrap().total, 2 * 38_000 * 6 + 3);
}
