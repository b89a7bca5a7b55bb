//! What the page says of its second model, BERT-Base, cased, held against the shipped bytes: a capital matters, and an
//! adapter belongs to one base.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::cpu::CpuEngine;
use bertscope::engine::folder::PackFolder;
use bertscope::engine::training::{AdamW, Example, TrainSetup, TrainStep};
use bertscope::engine::{Batch, BlankAt, Engine, Want};
use bertscope::model::adapter::{Adapter, AdapterError};
use bertscope::protocol::{Failure, TextPair};
use bertscope::text::tokenizer::BertTokenizer;
use bertscope::ui::logic::openings::{CAPITALS, CAPITALS_TEXT};
use bertscope::ui::words::failure;
use common::compare::{PROBABILITIES, compare_f32};
use common::training::{at, wave_adapter};
use pollster::block_on;
use serde::Deserialize;

const UNCASED: &str = "assets/models/bert-base-uncased";
const CASED: &str = "assets/models/bert-base-cased";
const TOP: usize = 6;

#[derive(Deserialize)]
struct Golden {
    base_hash: String,
    text: String,
    pieces: Vec<String>,
    sentences: Vec<(String, Vec<(String, f32)>)>,
}

fn golden() -> Golden {
    serde_json::from_slice(&std::fs::read(at("tests/data/cased_page.json")).unwrap()).unwrap()
}

fn open(folder: &str) -> (PackFolder, BertTokenizer) {
    let pack = PackFolder::open(at(folder)).unwrap();
    let tokenizer = pack.tokenizer().unwrap();
    (pack, tokenizer)
}

/// The likeliest pieces of a sentence's gap with their probabilities.
fn guesses(engine: &mut CpuEngine, tokenizer: &BertTokenizer, sentence: &str) -> Vec<(String, f32)> {
    let (row, _) = tokenizer.encode(&TextPair { a: sentence.into(), b: None }, 512).unwrap();
    let position = row.input_ids.iter().position(|&id| id == tokenizer.mask_id()).unwrap();
    let want = Want { blanks: vec![BlankAt { row: 0, position, asked: vec![] }], top_k: TOP, ..Want::default() };
    let answer = engine.run(&Batch::one(row), &want).unwrap();
    answer.blanks[0].top.iter().map(|c| (tokenizer.piece(c.id).to_owned(), c.probability)).collect()
}

/// The same words in the same order as `tools/cased_page.py` found, and their probabilities.
fn as_pytorch(got: &[Vec<(String, f32)>; 2]) -> Result<(), String> {
    let golden = golden();
    assert_eq!(golden.base_hash, open(CASED).0.manifest.base_hash, "made for other bytes");
    for ((sentence, want), (asked, got)) in golden.sentences.iter().zip(CAPITALS.iter().zip(got)) {
        assert_eq!(sentence, asked);
        let words = |of: &[(String, f32)]| of.iter().take(TOP).map(|(w, _)| w.clone()).collect::<Vec<_>>();
        if words(want) != words(got) {
            return Err(format!("{got:?} for {want:?}"));
        }
        let values = |of: &[(String, f32)]| of.iter().take(TOP).map(|(_, p)| *p).collect::<Vec<_>>();
        compare_f32(sentence, &values(got), &values(want), PROBABILITIES)?;
    }
    Ok(())
}

#[test]
fn another_probability_or_word_goes_red() {
    let (pack, tokenizer) = open(CASED);
    let mut engine = pack.cpu_engine().unwrap();
    let mut got = CAPITALS.map(|s| guesses(&mut engine, &tokenizer, s));
    got[0][1].1 += 0.01;
    assert!(as_pytorch(&got).is_err());
    got[0][1].1 -= 0.01;
    got[1].swap(0, 1);
    assert!(as_pytorch(&got).is_err());
}

/// What the page claims: the uncased model cannot tell the two sentences apart, the cased one reads two things.
fn capital_matters(of: &[Vec<(String, f32)>; 2]) -> bool {
    let [company, fruit] = of;
    let share = |of: &[(String, f32)], words: &[&str]| -> f32 {
        of.iter().filter(|(piece, _)| words.contains(&piece.as_str())).map(|(_, p)| p).sum()
    };
    let machines = ["iPhone", "Macintosh", "computer", "Computer", "II"];
    let food = ["pie", "tree"];
    share(company, &machines) > 0.3
        && share(company, &food) < 0.05
        && share(fruit, &food) > 0.5
        && share(fruit, &machines) < 0.05
}

#[test]
fn a_capital_matters_to_the_cased_model_alone() {
    let (pack, tokenizer) = open(CASED);
    let mut engine = pack.cpu_engine().unwrap();
    let cased = CAPITALS.map(|s| guesses(&mut engine, &tokenizer, s));
    assert_eq!(as_pytorch(&cased), Ok(()));
    assert!(capital_matters(&cased), "{cased:?}");
    let [company, fruit] = &cased;
    assert!(!capital_matters(&[fruit.clone(), company.clone()]), "the claim holds the wrong way round");
    let (_, uncased) = open(UNCASED);
    let [a, b] = CAPITALS.map(|s| uncased.encode_ids(s).unwrap());
    assert_eq!(a, b, "to the uncased model they are one sentence");
}

/// The text that the Tokens lesson offers: each word with a capital is another piece than without, in one vocabulary.
#[test]
fn the_offered_text_has_capitals_that_tell() {
    let (_, cased) = open(CASED);
    let (_, uncased) = open(UNCASED);
    let pieces = |t: &BertTokenizer| -> Vec<String> {
        t.encode_ids(CAPITALS_TEXT).unwrap().into_iter().map(|id| t.piece(id).to_owned()).collect()
    };
    let (cased, uncased) = (pieces(&cased), pieces(&uncased));
    let golden = golden();
    assert_eq!((golden.text.as_str(), &golden.pieces), (CAPITALS_TEXT, &cased), "Hugging Face's");
    for (with, without) in [("Apple", "apple"), ("Bush", "bush"), ("US", "us")] {
        let has = |pieces: &[String], piece: &str| pieces.iter().any(|p| p == piece);
        assert!(has(&cased, with) && has(&cased, without), "{with}: {cased:?}");
        assert!(!has(&uncased, with) && uncased.iter().filter(|p| *p == without).count() == 2, "{with}: {uncased:?}");
    }
}

/// The list of adapters names their base: on another one none is even fetched.
#[test]
fn the_list_of_adapters_names_their_base() {
    let list: serde_json::Value =
        serde_json::from_slice(&std::fs::read(at("assets/adapters/manifest.json")).unwrap()).unwrap();
    assert_eq!(list["base_hash"].as_str(), Some(open(UNCASED).0.manifest.base_hash.as_str()));
}

#[test]
fn an_adapter_belongs_to_one_base() {
    let (uncased, cased) = (open(UNCASED).0.manifest, open(CASED).0.manifest);
    for name in ["sentiment", "answers", "next-sentence"] {
        let bytes = std::fs::read(at(&format!("assets/adapters/{name}.safetensors"))).unwrap();
        assert!(Adapter::parse(&bytes, &uncased.config, &uncased.base_hash).is_ok());
        let refused = Adapter::parse(&bytes, &cased.config, &cased.base_hash);
        let wrong = AdapterError::WrongBase { made_for: uncased.base_hash.clone(), here: cased.base_hash.clone() };
        assert_eq!(refused.err(), Some(wrong), "{name}");
    }
}

/// Steps of training on the cased base: the loss falls, and what comes out is that base's and no other's.
#[test]
fn what_is_trained_on_the_cased_base_is_refused_on_the_other() {
    let (pack, tokenizer) = open(CASED);
    let (config, hash) = (&pack.manifest.config, &pack.manifest.base_hash);
    let mut engine = Engine::Cpu(pack.cpu_engine().unwrap());
    let example = |text: &str, class| {
        Example::of_class(tokenizer.encode(&TextPair { a: text.into(), b: None }, 64).unwrap().0, class)
    };
    let examples = vec![example("Apple sold more phones.", 0), example("We ate an apple.", 1)];
    let adapter = wave_adapter(config, hash, 2, 4.0);
    let setup = TrainSetup { adapter, optimizer: AdamW::default(), dropout: 0.0, seed: 1, recompute: false };
    block_on(engine.begin_training(&setup)).unwrap();
    let step = TrainStep { micro_batches: vec![examples], learning_rate: 1e-3 };
    let losses: Vec<f32> = (0..3).map(|_| block_on(engine.train(&step)).unwrap().losses.iter().sum()).collect();
    assert!(losses[2] < losses[0], "{losses:?}");
    let bytes = block_on(engine.train_state()).unwrap().adapter.to_bytes(config).unwrap();
    assert!(Adapter::parse(&bytes, config, hash).is_ok());
    let uncased = open(UNCASED).0.manifest;
    let refused = Adapter::parse(&bytes, &uncased.config, &uncased.base_hash).err();
    let said = |e| failure(&Failure::Adapter { name: "mine".into(), reason: e });
    let text = refused.map(said).unwrap();
    assert!(text.contains("another base, BERT-Base, cased, and does not fit BERT-Base, uncased."), "{text}");
}
