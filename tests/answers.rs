//! What the worker answers to good and bad input, on the tiny model: every refusal has its own name.
#![allow(clippy::unwrap_used)]

use bertscope::engine::cpu::CpuEngine;
use bertscope::engine::folder::PackFolder;
use bertscope::protocol::{
    BlankTask, Failure, MAX_ATTENTION_TOKENS, MAX_PAGE_BLANKS, MAX_SENTENCES, MAX_TEXT_BYTES, PieceKind, TextPair,
};
use bertscope::text::tokenizer::BertTokenizer;
use bertscope::worker::answers::{attention_message, plan_attention, plan_blanks, tokens};

fn tiny() -> (CpuEngine, BertTokenizer, usize) {
    let pack = PackFolder::open(format!("{}/tests/data/tiny-q4", env!("CARGO_MANIFEST_DIR"))).unwrap();
    (pack.cpu_engine().unwrap(), pack.tokenizer().unwrap(), pack.manifest.config.max_position_embeddings)
}

fn task(sentences: &[&str]) -> BlankTask {
    let sentences = sentences.iter().map(|&s| s.to_owned()).collect();
    BlankTask { sentences, asked: vec![], top_k: 4, whole_vocabulary: false }
}

fn refusal(sentences: &[&str]) -> Failure {
    let (_, tokenizer, max) = tiny();
    plan_blanks(&tokenizer, &task(sentences), max).err().unwrap()
}

#[test]
fn each_bad_text_is_refused_by_name() {
    let long = "a ".repeat(2000) + "[MASK]";
    let huge = "a".repeat(MAX_TEXT_BYTES + 1);
    let many = "[MASK] ".repeat(100);
    assert_eq!(refusal(&[]), Failure::EmptyText);
    assert_eq!(refusal(&[""]), Failure::EmptyText);
    assert_eq!(refusal(&[" \n\t\u{3000} "]), Failure::EmptyText);
    assert_eq!(refusal(&["a [MASK]", "no blank"]), Failure::NoBlank { sentence: 1 });
    assert_eq!(refusal(&[&long]), Failure::BlankCutOff { sentence: 0 });
    assert_eq!(refusal(&[&huge]), Failure::TextTooLarge { bytes: MAX_TEXT_BYTES + 1, limit: MAX_TEXT_BYTES });
    assert_eq!(refusal(&[&many]), Failure::TooManyBlanks { blanks: 100, limit: MAX_PAGE_BLANKS });
    let nine = ["a [MASK]"; MAX_SENTENCES + 1];
    assert_eq!(refusal(&nine), Failure::TooManySentences { sentences: 9, limit: MAX_SENTENCES });
}

/// What looks broken and is not: lone surrogates arrive as U+FFFD, emoji may be halves, controls vanish.
#[test]
fn odd_texts_are_read() {
    let (mut engine, tokenizer, max) = tiny();
    for text in
        ["\u{fffd}[MASK]", "👩‍[MASK]", "\0\u{7}[MASK]\u{200b}", "[MASK]", "[SEP][CLS][MASK][PAD]", "e\u{301}[MASK]"]
    {
        let plan = plan_blanks(&tokenizer, &task(&[text]), max).unwrap();
        let answer = engine.run(&plan.batch, &plan.want).unwrap();
        let blanks = plan.message(&tokenizer, answer).body;
        assert_eq!(blanks.sentences[0].blanks[0].top.len(), 4, "{text:?}");
    }
}

#[test]
fn asked_words_are_named_in_order() {
    let (mut engine, tokenizer, max) = tiny();
    let mut task = task(&["a [MASK] b [MASK]", "[MASK]"]);
    task.asked = vec!["b".into(), "zzzzqq".into(), "  ".into(), "a".into(), "🙂".into()];
    task.whole_vocabulary = true;
    let plan = plan_blanks(&tokenizer, &task, max).unwrap();
    let answer = engine.run(&plan.batch, &plan.want).unwrap();
    let message = plan.message(&tokenizer, answer);
    assert_eq!(message.body.sentences.iter().map(|s| s.blanks.len()).collect::<Vec<_>>(), [2, 1]);
    for sentence in &message.body.sentences {
        for blank in &sentence.blanks {
            assert_eq!(sentence.tokens.pieces[blank.position].kind, PieceKind::Mask);
            let words: Vec<&str> = blank.asked.iter().map(|a| a.word.as_str()).collect();
            assert_eq!(words, ["b", "zzzzqq", "a", "🙂"]);
            assert_eq!(blank.asked[0].candidate.unwrap().id, tokenizer.id_of("b").unwrap());
            assert!(blank.asked[1].candidate.is_none() && blank.asked[1].pieces.len() > 1);
            assert_eq!(blank.asked[2].candidate.unwrap().id, tokenizer.id_of("a").unwrap());
            assert!(blank.asked[3].candidate.is_none(), "an unknown word has no probability");
            // The table is a distribution, and says what the list says.
            let table = &message.arrays[blank.vocabulary.as_ref().unwrap().index];
            assert!((table.iter().map(|&p| f64::from(p)).sum::<f64>() - 1.0).abs() < 1e-5);
            for c in blank.top.iter().map(|n| n.candidate).chain(blank.asked.iter().filter_map(|a| a.candidate)) {
                assert!((table[c.id as usize] - c.probability).abs() < 1e-6);
                let above = table.iter().filter(|&&p| p > c.probability + 1e-7).count();
                assert!((above as u32) < c.rank);
            }
        }
    }
}

#[test]
fn attention_rows_are_distributions_and_long_texts_are_refused() {
    let (mut engine, tokenizer, max) = tiny();
    let pair = TextPair { a: "a b".into(), b: Some("b c d".into()) };
    let (batch, want, pieces) = plan_attention(&tokenizer, &pair, max).unwrap();
    let answer = engine.run(&batch, &want).unwrap();
    let s = pieces.pieces.len();
    let config = engine.config().clone();
    let message = attention_message(pieces, answer, config.num_hidden_layers, config.num_attention_heads);
    assert_eq!(message.body.attentions.shape, [config.num_hidden_layers, config.num_attention_heads, s, s]);
    assert_eq!(message.arrays[0].len(), message.body.attentions.shape.iter().product::<usize>());
    for row in message.arrays[0].chunks(s) {
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
    let long = TextPair { a: "a ".repeat(MAX_ATTENTION_TOKENS), b: None };
    let refused = plan_attention(&tokenizer, &long, 512).err().unwrap();
    assert_eq!(refused, Failure::TooLongForAttention { tokens: 130, limit: MAX_ATTENTION_TOKENS });
}

#[test]
fn an_empty_second_box_is_no_second_text() {
    let (_, tokenizer, max) = tiny();
    let with =
        |b: Option<&str>| tokens(&tokenizer, &TextPair { a: "a b".into(), b: b.map(Into::into) }, max).unwrap().0;
    assert_eq!(with(Some(" ")), with(None));
    assert_ne!(with(Some("a")), with(None));
}
