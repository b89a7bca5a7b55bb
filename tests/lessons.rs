//! What the lessons on context, masking, blanks and attention show, from the CPU engine through the code of worker and page,
//! against PyTorch on the same bytes. `tools/lessons_golden.py` made the values.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::Engine;
use bertscope::engine::cpu::CpuEngine;
use bertscope::engine::folder::PackFolder;
use bertscope::protocol::context::{Context, ContextTask, WORDS_READ};
use bertscope::protocol::heads::{HeadTask, KnockTask};
use bertscope::protocol::masking::{Fate, MaskTask, MaskedTrial, Recipe, Trial};
use bertscope::protocol::{BlankTask, Failure, MAX_SENTENCES, TextPair};
use bertscope::text::tokenizer::BertTokenizer;
use bertscope::ui::logic::context::Alike;
use bertscope::ui::logic::heads::Heads;
use bertscope::ui::logic::look::HeadVectors;
use bertscope::ui::logic::masking::{loss, loss_of};
use bertscope::ui::logic::{pca, rollout};
use bertscope::worker::answers::{plan_attention, plan_blanks};
use bertscope::worker::context::plan_context;
use bertscope::worker::heads::{head_message, plan_head, plan_knock};
use bertscope::worker::masking::plan_masking;
use common::compare::{PROBABILITIES, STATES, compare};
use pollster::block_on;
use serde_json::Value;

const MAX_TOKENS: usize = 64;

fn golden() -> Value {
    serde_json::from_str(include_str!("data/lessons.json")).unwrap()
}

fn engine() -> (PackFolder, BertTokenizer, CpuEngine) {
    let pack = PackFolder::open("tests/data/tiny-q4").unwrap();
    let (tokenizer, engine) = (pack.tokenizer().unwrap(), pack.cpu_engine().unwrap());
    (pack, tokenizer, engine)
}

fn flat(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(all) => all.iter().flat_map(flat).collect(),
        other => vec![other.as_f64().unwrap()],
    }
}

fn flat_texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().flat_map(flat_texts).collect(),
        other => vec![text(other)],
    }
}

/// The likeliest piece read in each vector, layer by layer.
fn first_words(answer: &Context) -> Vec<String> {
    let of = |top: &Vec<bertscope::protocol::NamedCandidate>| top[0].piece.clone();
    answer.words.iter().flatten().map(of).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn context_is_pytorchs() {
    let (pack, tokenizer, engine) = engine();
    let mut engine = Engine::Cpu(engine);
    for case in golden()["context"].as_array().unwrap() {
        let sentences = case["sentences"].as_array().unwrap().iter().map(text).collect();
        let task = ContextTask { word: text(&case["word"]), sentences };
        let plan = plan_context(&tokenizer, &task, MAX_TOKENS).unwrap();
        let answer = block_on(engine.run(&plan.batch, &plan.want)).unwrap();
        let hidden = pack.manifest.config.hidden_size;
        let vectors = plan.vectors(&answer, hidden);
        let read = block_on(engine.words_of(&vectors, &[], WORDS_READ)).unwrap();
        let answer = plan.finish(&tokenizer, &vectors, hidden, Some(read), answer.stats);
        assert_eq!(first_words(&answer), flat_texts(&case["words"]));
        let mut wrong = answer.clone();
        wrong.words.swap(0, 1);
        assert_ne!(first_words(&wrong), flat_texts(&case["words"]));
        let alike = Alike::of(&answer);
        assert_eq!(alike.found.iter().map(|&f| f as f64).collect::<Vec<_>>(), flat(&case["found"]));
        let n = alike.found.len();
        let cosines = (0..=alike.layers()).flat_map(|l| (0..n * n).map(move |k| (l, k / n, k % n)));
        let got: Vec<f32> = cosines.map(|(l, i, j)| alike.cosine(l, i, j) as f32).collect();
        compare("cosines", &got, &flat(&case["cosines"]), STATES).unwrap();
        let mut wrong = got;
        wrong[1] += 0.01;
        assert!(compare("cosines", &wrong, &flat(&case["cosines"]), STATES).is_err());
        let map = pca::map(alike.gram(alike.layers()), n).unwrap();
        let shares = map.shares.map(|s| s as f32);
        compare("shares", &shares[..n.min(2)], &flat(&case["shares"])[..n.min(2)], STATES).unwrap();
    }
}

#[test]
fn context_refuses_what_it_cannot_compare() {
    let (_, tokenizer, _) = engine();
    let plan = |word: &str, sentences: &[&str]| {
        let sentences = sentences.iter().map(|s| s.to_string()).collect();
        plan_context(&tokenizer, &ContextTask { word: word.into(), sentences }, MAX_TOKENS).err()
    };
    assert_eq!(plan("city", &["the city", "no such word"]), None);
    assert_eq!(plan(" ", &["the city"]), Some(Failure::EmptyText));
    assert_eq!(plan("city", &["the city", " "]), Some(Failure::EmptyText));
    let many = ["the city"; MAX_SENTENCES + 1];
    assert!(matches!(plan("city", &many), Some(Failure::TooManySentences { .. })));
}

/// Positions, fates, what is read, and each loss, as the golden has them.
fn fits(trial: &MaskedTrial, case: &Value) -> Result<(), String> {
    let want = case["chosen"].as_array().unwrap();
    let named = |f: Fate| match f {
        Fate::Hidden => "hidden",
        Fate::Replaced => "replaced",
        Fate::Kept => "kept",
    };
    let got: Vec<_> = trial.chosen.iter().map(|c| (c.position as u64, named(c.fate), c.reads.as_str())).collect();
    let of = |w: &'_ Value| (w["position"].as_u64().unwrap(), text(&w["fate"]), text(&w["reads"]));
    let wanted: Vec<_> = want.iter().map(of).collect();
    let same = wanted.iter().map(|(p, f, r)| (*p, f.as_str(), r.as_str())).eq(got.iter().copied());
    if !same {
        return Err(format!("{got:?} for {wanted:?}"));
    }
    let losses: Vec<f32> =
        trial.chosen.iter().map(|c| loss_of(c) as f32).chain(loss(trial).map(|l| l as f32)).collect();
    let reference: Vec<f64> = want.iter().map(|w| w["loss"].as_f64().unwrap()).chain(case["loss"].as_f64()).collect();
    compare("losses", &losses, &reference, common::compare::LOGITS)
}

#[test]
fn masking_is_pytorchs() {
    let (_, tokenizer, mut engine) = engine();
    for case in golden()["masking"].as_array().unwrap() {
        let rate = |i: usize| case["rates"][i].as_u64().unwrap() as u8;
        let whole_words = case["rates"][3].as_bool().unwrap();
        let recipe = Recipe { chosen: rate(0), hidden: rate(1), random: rate(2), whole_words };
        let trial = Trial { seed: case["seed"].as_u64().unwrap() as u32, recipe };
        let pair = TextPair { a: text(&case["text"]), b: None };
        let task = MaskTask { text: pair, trials: vec![trial], top_k: 2, ..MaskTask::default() };
        let plan = plan_masking(&tokenizer, &task, MAX_TOKENS).unwrap();
        let range = plan.next(0);
        let answer = engine.run(&plan.batch(range.clone()), &plan.want(range.clone())).unwrap();
        let mut got = plan.take(&tokenizer, range, answer).remove(0);
        fits(&got, case).unwrap();
        got.chosen[0].truth.probability *= 1.1;
        assert!(fits(&got, case).is_err());
        got.chosen.remove(0);
        assert!(fits(&got, case).is_err());
    }
}

/// Draws whose pieces do not go into one call are asked in several, and each once.
#[test]
fn many_draws_are_asked_in_calls_that_fit() {
    let (_, tokenizer, _) = engine();
    let recipe = Recipe { chosen: 60, ..Recipe::BERT };
    let trials = (0..12).map(|seed| Trial { seed, recipe }).collect();
    let long = TextPair { a: "the city was home ".repeat(40), b: None };
    let task = MaskTask { text: long, trials, ..MaskTask::default() };
    let plan = plan_masking(&tokenizer, &task, MAX_TOKENS).unwrap();
    let (mut done, mut calls) = (0, 0);
    while done < plan.trials() {
        let range = plan.next(done);
        assert!(range.start == done && !range.is_empty());
        let want = plan.want(range.clone());
        assert!(want.check(&plan.batch(range.clone())).is_ok());
        (done, calls) = (range.end, calls + 1);
    }
    assert!(done == 12 && calls > 1);
}

#[test]
fn words_of_several_pieces_are_asked_piece_by_piece() {
    let (_, tokenizer, mut engine) = engine();
    let case = &golden()["chain"];
    let words: Vec<String> = case["words"].as_array().unwrap().iter().map(text).collect();
    // A word of one piece between them keeps its own answer.
    let asked = vec![words[0].clone(), "city".into(), words[1].clone()];
    let task = BlankTask { sentences: vec![text(&case["text"])], asked, top_k: 1, whole_vocabulary: false };
    let plan = plan_blanks(&tokenizer, &task, MAX_TOKENS).unwrap();
    let answer = engine.run(&plan.batch, &plan.want).unwrap();
    let answer = plan.message(&tokenizer, answer).body;
    let blanks = &answer.sentences[0].blanks;
    assert!(blanks.iter().all(|b| b.asked[1].candidate.is_some() && b.asked[1].chain.is_empty()));
    let long = blanks.iter().flat_map(|b| [&b.asked[0], &b.asked[2]]);
    let mut got: Vec<f32> = long.flat_map(|a| a.chain.iter().map(|c| c.probability)).collect();
    compare("chains", &got, &flat(&case["steps"]), PROBABILITIES).unwrap();
    got.swap(0, 1);
    assert!(compare("chains", &got, &flat(&case["steps"]), PROBABILITIES).is_err());
    // No room in the row, none in the call: not asked, and said so by an empty chain.
    let plan = plan_blanks(&tokenizer, &task, 9).unwrap();
    let answer = engine.run(&plan.batch, &plan.want).unwrap();
    assert!(plan.message(&tokenizer, answer).body.sentences[0].blanks[0].asked[0].chain.is_empty());
}

/// The look as the page works it out from queries and keys is the engine's own attention.
#[test]
fn a_look_worked_out_is_the_engines_attention() {
    let (pack, tokenizer, mut engine) = engine();
    let config = &pack.manifest.config;
    let pair = TextPair { a: text(&golden()["rollout"]["text"]), b: None };
    let (batch, want, tokens) = plan_attention(&tokenizer, &pair, MAX_TOKENS).unwrap();
    let attentions = engine.run(&batch, &want).unwrap().attentions;
    let s = tokens.pieces.len();
    let shape = [config.num_hidden_layers, config.num_attention_heads, s, s];
    let heads = Heads::new(&attentions, &shape).unwrap();
    for layer in 0..shape[0] {
        for head in 0..shape[1] {
            let task = HeadTask { text: pair.clone(), layer, head };
            let (batch, want, tokens) = plan_head(&tokenizer, &task, MAX_TOKENS).unwrap();
            let message = head_message(tokens, engine.run(&batch, &want).unwrap(), head, config);
            let vectors = HeadVectors::new(&message.arrays[0], &message.body.vectors.shape).unwrap();
            for from in 0..s {
                let shares: Vec<f64> = vectors.row(from).iter().map(|x| x.share).collect();
                compare("look", heads.row(layer, head, from), &shares, PROBABILITIES).unwrap();
                assert!(
                    compare("look", heads.row(layer, (head + 1) % shape[1], from), &shares, PROBABILITIES).is_err()
                );
            }
        }
    }
}

#[test]
fn silences_are_pytorchs() {
    let (pack, tokenizer, mut engine) = engine();
    let case = &golden()["knock"];
    let number = |name: &str| case[name].as_u64().unwrap() as usize;
    let pair = TextPair { a: text(&case["text"]), b: None };
    let task = KnockTask { text: pair, position: number("position"), layer: number("layer") };
    let plan = plan_knock(&tokenizer, &task, &pack.manifest.config).unwrap();
    assert!(plan.hidden.first().is_none(), "the piece is known");
    let (batch, want) = plan.all();
    let got = plan.finish(&tokenizer, engine.run(&batch, &want).unwrap()).unwrap();
    let all = std::iter::once(&got.whole).chain(&got.layers).chain(&got.heads);
    // In logs, as the random model's shares are all small.
    let mut logs: Vec<f32> = all.map(|l| l.truth.probability.ln()).collect();
    let wanted: Vec<f64> =
        [flat(&case["whole"]), flat(&case["layers"]), flat(&case["heads"])].concat().iter().map(|p| p.ln()).collect();
    compare("silences", &logs, &wanted, STATES).unwrap();
    logs.swap(1, 2);
    assert!(compare("silences", &logs, &wanted, STATES).is_err());

    // At a gap, what is asked for is what the whole model says first.
    let gap = TextPair { a: "The [MASK] was home.".into(), b: None };
    let task = KnockTask { text: gap, position: 2, layer: 0 };
    let mut plan = plan_knock(&tokenizer, &task, &pack.manifest.config).unwrap();
    let (batch, want) = plan.hidden.first().unwrap();
    plan.hidden.learn(&engine.run(&batch, &want).unwrap());
    let (batch, want) = plan.all();
    let got = plan.finish(&tokenizer, engine.run(&batch, &want).unwrap()).unwrap();
    assert_eq!((got.whole.truth.rank, &got.piece), (1, &got.whole.first));
    let special = KnockTask { position: 0, ..task };
    assert!(plan_knock(&tokenizer, &special, &pack.manifest.config).is_err());
}

#[test]
fn rollout_is_pytorchs() {
    let (pack, tokenizer, mut engine) = engine();
    let case = &golden()["rollout"];
    let pair = TextPair { a: text(&case["text"]), b: None };
    let (batch, want, tokens) = plan_attention(&tokenizer, &pair, MAX_TOKENS).unwrap();
    let answer = engine.run(&batch, &want).unwrap();
    let (config, s) = (&pack.manifest.config, tokens.pieces.len());
    let shape = [config.num_hidden_layers, config.num_attention_heads, s, s];
    let mut flows = rollout::rollout(&Heads::new(&answer.attentions, &shape).unwrap());
    compare("rollout", &flows.concat(), &flat(&case["flows"]), PROBABILITIES).unwrap();
    flows[0][1] += 0.01;
    assert!(compare("rollout", &flows.concat(), &flat(&case["flows"]), PROBABILITIES).is_err());
}
