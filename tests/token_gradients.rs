//! Gradients by token of the tiny BERT on every engine against PyTorch in f64 (`tools/token_gradients_golden.py`).
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::folder::PackFolder;
use bertscope::engine::token_gradients::{Contrast, Scores, TokenGradients};
use bertscope::engine::{AdapterId, Batch, Engine, EngineError, Row, Want};
use bertscope::model::adapter::Adapter;
use bertscope::train::base::BaseBuilder;
use bertscope::train::settings::Depth;
use common::compare::{LOGITS, STATES, assert_close_f32, compare_f32};
use common::training::{Golden, OF_LARGEST, at, engines, within};
use pollster::block_on;
use sha2::{Digest as _, Sha256};

const FOLDER: &str = "tests/data/tiny-q4-training";

fn pack() -> PackFolder {
    PackFolder::open(at("tests/data/tiny-q4")).unwrap()
}

fn golden() -> Golden {
    let golden = Golden::open(&format!("{FOLDER}/token_gradients.safetensors"));
    assert_eq!(golden.word("base_hash"), pack().manifest.base_hash, "made for another base");
    golden
}

fn batch(golden: &Golden) -> Batch {
    let (ids, types) = (golden.ints("input_ids"), golden.ints("token_type_ids"));
    let lengths = golden.ints("lengths");
    let width = ids.len() / lengths.len();
    let cut = |all: &[usize], i: usize| all[i * width..][..lengths[i]].iter().map(|&x| x as u32).collect();
    let row = |i| Row { input_ids: cut(&ids, i), token_type_ids: cut(&types, i) };
    Batch { rows: (0..lengths.len()).map(row).collect() }
}

fn contrasts(golden: &Golden, name: &str) -> Vec<Contrast> {
    // −1, read as an unsigned number, is none.
    let less = |id: usize| u32::try_from(id).ok();
    golden.ints(name).chunks_exact(2).map(|p| Contrast { of: p[0] as u32, less: less(p[1]) }).collect()
}

fn words(golden: &Golden) -> Scores {
    Scores::Words(golden.ints("positions").into_iter().zip(contrasts(golden, "words")).collect())
}

fn adapter(golden: &Golden, name: &str) -> Adapter {
    let (bytes, pack) = (std::fs::read(at(&format!("{FOLDER}/{name}.safetensors"))).unwrap(), pack());
    let hash: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(golden.word(&format!("{name}.sha256")), hash, "{name} has changed: make the golden values anew");
    Adapter::parse(&bytes, &pack.manifest.config, &pack.manifest.base_hash).unwrap()
}

fn ask(engine: &mut Engine, batch: &Batch, scores: &Scores, adapter: Option<AdapterId>) -> TokenGradients {
    block_on(engine.token_gradients(batch, scores, adapter)).unwrap()
}

fn judge(golden: &Golden, kind: &str, batch: &Batch, found: &TokenGradients) -> Result<(), String> {
    let (s, h) = (found.tokens, found.gradients.len() / found.products.len());
    let mut worst = 0.0f64;
    for (i, row) in batch.rows.iter().enumerate() {
        let (n, of) = (row.input_ids.len(), |name: &str| golden.floats(&format!("{kind}.{i}.{name}")));
        compare_f32("score", &found.scores[i..=i], &of("score"), LOGITS)?;
        let (gradients, products) = (&found.gradients[i * s * h..][..s * h], &found.products[i * s..][..s]);
        worst = worst.max(within("gradients", &gradients[..n * h], &of("gradients"), OF_LARGEST)?);
        worst = worst.max(within("products", &products[..n], &of("products"), OF_LARGEST)?);
        if gradients[n * h..].iter().chain(&products[n..]).any(|&v| v != 0.0) {
            return Err(format!("row {i} has something beyond its end"));
        }
    }
    println!("{kind}: off by at most {worst:.1e} of a row's largest");
    Ok(())
}

#[test]
fn both_engines_equal_pytorch() {
    let golden = golden();
    let batch = batch(&golden);
    for mut engine in engines(&pack()) {
        let classes = Scores::Classes(contrasts(&golden, "classes"));
        let mut asked = vec![("words".to_owned(), words(&golden), None)];
        for name in ["everywhere", "query-value"] {
            let id = block_on(engine.add_adapter(&adapter(&golden, name))).unwrap();
            asked.push((name.to_owned(), classes.clone(), Some(id)));
            asked.push((format!("words.{name}"), words(&golden), Some(id)));
        }
        for (kind, scores, id) in asked {
            let mut found = ask(&mut engine, &batch, &scores, id);
            let who = format!("{kind} on {:?}", engine.info().kind);
            judge(&golden, &kind, &batch, &found).unwrap_or_else(|e| panic!("{who}: {e}"));
            // Each comparison goes red.
            let red = |found: &TokenGradients| assert!(judge(&golden, &kind, &batch, found).is_err(), "{who}");
            found.scores[2] += 0.01;
            red(&found);
            found.scores[2] -= 0.01;
            let largest = found.gradients.iter().copied().fold(0.0f32, |m, g| m.max(g.abs()));
            found.gradients[5] += 0.002 * largest;
            red(&found);
            found.gradients[5] -= 0.002 * largest;
            let largest = found.products.iter().copied().fold(0.0f32, |m, g| m.max(g.abs()));
            found.products[1] += 0.002 * largest;
            red(&found);
        }
    }
}

/// A whole model that holds the base's own values says what the base says, by weights of its own.
#[test]
fn a_whole_model_says_what_pytorch_does() {
    let (golden, pack) = (golden(), pack());
    let batch = batch(&golden);
    let mut base = BaseBuilder::new(&pack.manifest, &Depth::All, true).unwrap();
    pack.feed(&mut base).unwrap();
    let head = Adapter::parse(
        &std::fs::read(at(&format!("{FOLDER}/head.safetensors"))).unwrap(),
        &pack.manifest.config,
        &pack.manifest.base_hash,
    );
    let mut whole = Adapter { weights: base.finish().unwrap().weights, ..head.unwrap() };
    for mut engine in engines(&pack) {
        let id = block_on(engine.add_adapter(&whole)).unwrap();
        let found = ask(&mut engine, &batch, &words(&golden), Some(id));
        assert_eq!(judge(&golden, "words", &batch, &found), Ok(()));
    }
    // Each tensor is read: a change in any is seen.
    let id = |engine: &mut Engine, whole: &Adapter| block_on(engine.add_adapter(whole)).unwrap();
    for name in whole.weights.keys().cloned().collect::<Vec<_>>() {
        let values = whole.weights.get_mut(&name).unwrap();
        // A key's bias moves all scores of a query alike.
        if name.ends_with("key.bias") {
            continue;
        }
        let kept = values.clone();
        values.iter_mut().enumerate().for_each(|(i, v)| *v += 0.05 * (i as f32).sin());
        let mut engine = common::training::cpu(&pack);
        let id = id(&mut engine, &whole);
        let found = ask(&mut engine, &batch, &words(&golden), Some(id));
        assert!(judge(&golden, "words", &batch, &found).is_err(), "{name} is not read");
        whole.weights.insert(name, kept);
    }
}

/// The gradient says what a score does when the vectors are moved; the engine's own answers say the score.
#[test]
fn scores_are_the_logits_that_run_gives() {
    let golden = golden();
    let batch = batch(&golden);
    for mut engine in engines(&pack()) {
        let id = block_on(engine.add_adapter(&adapter(&golden, "everywhere"))).unwrap();
        let want = Want { adapter: Some(id), class_logits: true, ..Want::default() };
        let logits = block_on(engine.run(&batch, &want)).unwrap().class_logits;
        let pairs = contrasts(&golden, "classes");
        let scores = ask(&mut engine, &batch, &Scores::Classes(pairs.clone()), Some(id)).scores;
        let of = |(row, c): (usize, &Contrast)| {
            let logit = |class: u32| logits[row * 3 + class as usize];
            logit(c.of) - c.less.map_or(0.0, logit)
        };
        let expected: Vec<f32> = pairs.iter().enumerate().map(of).collect();
        assert_close_f32("scores", &scores, &expected, STATES);
    }
}

#[test]
fn what_cannot_be_asked_is_refused_and_nothing_is_kept() {
    let golden = golden();
    let batch = batch(&golden);
    for mut engine in engines(&pack()) {
        let id = block_on(engine.add_adapter(&adapter(&golden, "everywhere"))).unwrap();
        let one = |of| Scores::Classes(vec![Contrast::one(0), Contrast::one(of), Contrast::one(1), Contrast::one(2)]);
        let refused = |e: &mut Engine, s: &Scores, id| block_on(e.token_gradients(&batch, s, id)).unwrap_err();
        assert_eq!(refused(&mut engine, &one(0), None), EngineError::NoSuchAdapter);
        let class = EngineError::BadClass { example: 1, class: 3, labels: 3 };
        assert_eq!(refused(&mut engine, &one(3), Some(id)), class);
        assert_eq!(refused(&mut engine, &Scores::Words(vec![]), None), EngineError::BadRow { row: 0 });
        let beyond = |position, of| {
            Scores::Words(vec![
                (0, Contrast::one(5)),
                (position, Contrast::one(of)),
                (0, Contrast::one(5)),
                (0, Contrast::one(5)),
            ])
        };
        assert_eq!(refused(&mut engine, &beyond(37, 5), None), EngineError::BadRow { row: 1 });
        assert_eq!(refused(&mut engine, &beyond(36, 1 << 20), None), EngineError::BadRow { row: 1 });
        let first = ask(&mut engine, &batch, &words(&golden), None);
        let held = engine.info().memory_bytes;
        let again = ask(&mut engine, &batch, &words(&golden), None);
        assert_eq!(engine.info().memory_bytes, held);
        assert!(first.gradients == again.gradients && first.scores == again.scores, "not the same bits");
    }
}
