//! Attention beside gradients against PyTorch on the tiny model (`tools/against_golden.py`), and what the page claims
//! of heads that link a pronoun to its noun, on the shipped bytes.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::Engine;
use bertscope::engine::folder::PackFolder;
use bertscope::protocol::heads::Against;
use bertscope::protocol::{Message, TextPair};
use bertscope::ui::logic::agreement::{mean_row, spearman};
use bertscope::ui::logic::directions::words;
use bertscope::ui::logic::heads::Heads;
use bertscope::ui::logic::links::{Link, guess, links};
use bertscope::ui::logic::openings;
use bertscope::worker::against::{against_message, looks, scores};
use bertscope::worker::answers::plan_attention;
use bertscope::worker::heads::Hidden;
use common::compare::{LOGITS, PROBABILITIES, STATES, compare};
use common::training::{at, engines};
use pollster::block_on;
use serde_json::Value;

fn flat(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(all) => all.iter().flat_map(flat).collect(),
        other => vec![other.as_f64().unwrap()],
    }
}

/// As the worker's session asks.
fn ask(engine: &mut Engine, pack: &PackFolder, text: &TextPair, position: usize) -> Message<Against> {
    let (tokenizer, config) = (pack.tokenizer().unwrap(), &pack.manifest.config);
    let mut hidden = Hidden::new(&tokenizer, (text, position), config).unwrap();
    if let Some((batch, want)) = hidden.first() {
        hidden.learn(&block_on(engine.run(&batch, &want)).unwrap());
    }
    let (batch, want) = looks(&hidden);
    let answer = block_on(engine.run(&batch, &want)).unwrap();
    let (batch, scores) = scores(&hidden).unwrap();
    let found = block_on(engine.token_gradients(&batch, &scores, None)).unwrap();
    against_message(&tokenizer, hidden, answer, found, config)
}

fn fits(got: &Message<Against>, golden: &Value) -> Result<(), String> {
    let (answer, rows) = (&got.body, &got.arrays[0]);
    compare("score", &[answer.score], &flat(&golden["score"]), LOGITS)?;
    compare("products", &answer.products, &flat(&golden["products"]), STATES)?;
    compare("looks", rows, &flat(&golden["looks"]), PROBABILITIES)?;
    let sizes: Vec<f32> = answer.products.iter().map(|p| p.abs()).collect();
    let rho = spearman(&mean_row(rows, answer.pieces.len()), &sizes).ok_or("no order")?;
    compare("rank agreement", &[rho as f32], &flat(&golden["spearman"]), PROBABILITIES)?;
    (golden["piece"] == answer.piece.as_str()).then_some(()).ok_or_else(|| answer.piece.clone())
}

#[test]
fn attention_beside_gradients_is_pytorchs_on_both_engines() {
    let golden: Value = serde_json::from_str(include_str!("data/against.json")).unwrap();
    let pack = PackFolder::open(at("tests/data/tiny-q4")).unwrap();
    let text = TextPair { a: golden["text"].as_str().unwrap().into(), b: None };
    let position = golden["position"].as_u64().unwrap() as usize;
    for mut engine in engines(&pack) {
        let mut got = ask(&mut engine, &pack, &text, position);
        assert_eq!(fits(&got, &golden), Ok(()), "{:?}", engine.info().kind);
        assert_eq!(got.body.pieces[position], "[MASK]");
        assert_eq!(got.body.special.iter().filter(|s| **s).count(), 2);
        got.body.products.swap(1, 2);
        assert!(fits(&got, &golden).is_err());
        got.body.products.swap(1, 2);
        got.arrays[0].swap(0, 1);
        assert!(fits(&got, &golden).is_err());
        // At a gap, the score is of what the model says first.
        let gap = TextPair { a: "The city was [MASK].".into(), b: None };
        assert!(!ask(&mut engine, &pack, &gap, 4).body.piece.is_empty());
    }
    let (tokenizer, config) = (pack.tokenizer().unwrap(), &pack.manifest.config);
    assert!(Hidden::new(&tokenizer, (&text, 0), config).is_err(), "[CLS] is never hidden");
    assert!(Hidden::new(&tokenizer, (&text, 99), config).is_err());
}

/// The heads of one text by what the guessed pronoun gives the guessed noun.
fn found(engine: &mut Engine, pack: &PackFolder, text: &str) -> (String, Vec<Link>) {
    let (tokenizer, config) = (pack.tokenizer().unwrap(), &pack.manifest.config);
    let text = TextPair { a: text.into(), b: None };
    let (batch, want, tokens) = plan_attention(&tokenizer, &text, config.max_position_embeddings).unwrap();
    let attentions = block_on(engine.run(&batch, &want)).unwrap().attentions;
    let s = tokens.pieces.len();
    let shape = [config.num_hidden_layers, config.num_attention_heads, s, s];
    let words = words(&tokens);
    let (pronoun, noun) = guess(&words).unwrap();
    let all = links(&Heads::new(&attentions, &shape).unwrap(), &words[pronoun].pieces, &words[noun].pieces);
    (format!("{} {}", words[pronoun].typed, words[noun].typed), all)
}

/// "she" gives "woman" over four fifths in head 3.9, which other pieces do not; the opening's head 4.11 is near the top.
#[test]
fn the_pages_example_of_a_link_holds_on_the_shipped_bytes() {
    let pack = PackFolder::open(at("assets/models/bert-base-uncased")).unwrap();
    let mut engine = Engine::Cpu(pack.cpu_engine().unwrap());
    let (pair, all) = found(&mut engine, &pack, openings::ATTENTION_LINK);
    assert_eq!(pair, "she woman");
    let best = all[0];
    assert_eq!((best.layer, best.head, best.strongest), (2, 8, true));
    assert!(best.share > 0.8 && best.others < 0.05, "{best:?}");
    let place = |all: &[Link]| all.iter().position(|l| (l.layer, l.head) == openings::ATTENTION_HEAD).unwrap();
    assert!(place(&all) < 3, "{}", place(&all));
    let (pair, all) = found(&mut engine, &pack, "When the children came home, they were hungry.");
    assert_eq!((pair.as_str(), place(&all)), ("they children", 0));
}
