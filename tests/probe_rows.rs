//! A probe's rows as the worker answers them, against forwards of their own on the tiny model.
#![allow(clippy::unwrap_used)]

mod common;

use bertscope::engine::cpu::CpuEngine;
use bertscope::engine::folder::PackFolder;
use bertscope::engine::{Answer, Batch, BlankAt, Engine, Want};
use bertscope::model::config::BertConfig;
use bertscope::protocol::probe::{Intervention, ProbeRow, ProbedRows, RowsTask, Sight};
use bertscope::protocol::{Failure, Message, TextPair};
use bertscope::text::tokenizer::BertTokenizer;
use bertscope::worker::probe::{RowsPlan, described, positions_batch, positions_message};
use common::compare::{KERNEL, LOGITS, PROBABILITIES, assert_close, assert_close_f32, compare_f32};
use pollster::block_on;

struct Model {
    pack: PackFolder,
    tokenizer: BertTokenizer,
    engine: CpuEngine,
}

fn model() -> Model {
    let pack = PackFolder::open(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/tiny-q4")).unwrap();
    let (tokenizer, engine) = (pack.tokenizer().unwrap(), pack.cpu_engine().unwrap());
    Model { pack, tokenizer, engine }
}

impl Model {
    fn config(&self) -> BertConfig {
        self.pack.manifest.config.clone()
    }

    /// Forwards of at most so many pieces each, as the worker's session runs them.
    fn answer(self, task: &RowsTask, tokens: usize) -> Result<(Message<ProbedRows>, usize), Failure> {
        let mut forwards = 0;
        let (answer, _) = self.counted(task, tokens, &mut forwards)?;
        Ok((answer, forwards))
    }

    fn run(self, task: &RowsTask, tokens: usize) -> Result<(Message<ProbedRows>, Engine), Failure> {
        self.counted(task, tokens, &mut 0)
    }

    fn counted(
        mut self,
        task: &RowsTask,
        tokens: usize,
        forwards: &mut usize,
    ) -> Result<(Message<ProbedRows>, Engine), Failure> {
        let config = self.config();
        let mut plan = RowsPlan::new(&self.tokenizer, task, &config, 160)?;
        let mut done = 0;
        while done < plan.rows() {
            let range = plan.next(done, tokens);
            let (batch, want) = plan.ask(range.clone());
            plan.take(range.clone(), self.engine.run(&batch, &want).unwrap());
            done = range.end;
            *forwards += 1;
        }
        let mut engine = Engine::Cpu(self.engine);
        let lens = match plan.lens_vectors(&config) {
            Some(vectors) => {
                let (asked, top_k) = plan.lens_asked();
                block_on(engine.words_of(&vectors, &asked, top_k)).unwrap()
            }
            None => Answer::default(),
        };
        Ok((plan.finish(&self.tokenizer, &config, lens), engine))
    }
}

const SIGHTS: [Sight; 4] = [Sight::Both, Sight::Left, Sight::Right, Sight::Own];

/// "[CLS] the new was first . [SEP]" with piece 2 hidden, seen from four sides.
fn task() -> RowsTask {
    let row = |sight| ProbeRow { masked: vec![2], intervention: Intervention::sight(sight), ..ProbeRow::default() };
    RowsTask {
        text: TextPair { a: "the new was first.".into(), b: None },
        rows: SIGHTS.map(row).into(),
        top_k: 4,
        joined: vec![[1, 2]],
        ..RowsTask::default()
    }
}

#[test]
fn rows_and_their_join_equal_forwards_of_their_own() {
    let mut m = model();
    let (mut row, _) = m.tokenizer.encode(&task().text, 160).unwrap();
    let truth = row.input_ids[2];
    row.input_ids[2] = m.tokenizer.mask_id();
    let want = |sight| Want {
        blanks: vec![BlankAt { row: 0, position: 2, asked: vec![truth] }],
        logits: true,
        interventions: vec![Intervention::sight(sight)],
        ..Want::default()
    };
    let logits = SIGHTS.map(|s| m.engine.run(&Batch::one(row.clone()), &want(s)).unwrap().blanks.remove(0).logits);
    let share = |logits: &[f32], id: u32| {
        let sum: f64 = logits.iter().map(|&l| f64::from(l).exp()).sum();
        f64::from(logits[id as usize]).exp() / sum
    };
    // All rows in one forward, and each in its own.
    for (tokens, forwards) in [(512, 1), (1, 4)] {
        let (answer, ran) = model().answer(&task(), tokens).unwrap();
        assert_eq!(ran, forwards);
        assert_eq!(answer.body.rows.len(), 4);
        for (row, logits) in answer.body.rows.iter().zip(&logits) {
            let [blank] = &row[..] else { panic!("one blank") };
            let hidden = blank.truth.clone().unwrap();
            assert_eq!((blank.position, hidden.piece.as_str(), hidden.candidate.id), (2, "new", truth));
            assert_close("truth", &[hidden.candidate.probability], &[share(logits, truth)], PROBABILITIES);
            assert_eq!(blank.top.len(), 4);
            for c in &blank.top {
                assert_close("top", &[c.candidate.probability], &[share(logits, c.candidate.id)], PROBABILITIES);
            }
        }
        let mean: Vec<f32> = logits[1].iter().zip(&logits[2]).map(|(a, b)| (a + b) / 2.0).collect();
        let joined = answer.body.joined[0][0].truth.clone().unwrap();
        assert_close("joined", &[joined.candidate.probability], &[share(&mean, truth)], PROBABILITIES);
        let left = answer.body.rows[1][0].truth.clone().unwrap();
        let same = compare_f32("left", &[left.candidate.logit], &[joined.candidate.logit], LOGITS);
        assert!(same.is_err(), "one side is not taken for both");
    }
}

#[test]
fn captures_hang_together() {
    let m = model();
    let config = m.config();
    let (h, layers) = (config.hidden_size, config.num_hidden_layers);
    let rows = vec![ProbeRow { masked: vec![2], ..ProbeRow::default() }];
    let task = RowsTask { rows, joined: vec![], embedding: true, block: Some(1), lens: true, ..task() };
    let (Message { body, arrays }, forwards) = m.answer(&task, 1).unwrap();
    let s = body.tokens.pieces.len();
    assert_eq!((forwards, s), (1, 7));
    // One word a layer and one for the embedding; the last is the answer itself.
    assert_eq!(body.lens.len(), layers + 1);
    let (last, own) = (body.lens[layers].truth.clone().unwrap(), body.rows[0][0].truth.clone().unwrap());
    assert_close_f32("lens", &[last.candidate.logit], &[own.candidate.logit], LOGITS);
    assert_ne!(body.lens[0].truth.as_ref().unwrap().candidate, last.candidate);
    let (embedding, block) = (body.embedding.unwrap(), body.block.unwrap());
    assert_eq!(embedding.parts.shape, [1, s, 3, h]);
    assert_eq!(arrays[embedding.normed.index].len(), s * h);
    // LayerNorm leaves no trace of the sum's mean but through its own bias: the parts' rows differ by piece.
    let parts = &arrays[embedding.parts.index];
    assert_ne!(parts[..h], parts[3 * h..4 * h]);
    assert_eq!(parts[2 * h..3 * h], parts[5 * h..6 * h], "one segment's row for all");
    for (array, n) in [(&block.before, s * h), (&block.after, s * h), (&block.qkv, 3 * s * h)] {
        assert_eq!((array.shape.iter().product::<usize>(), arrays[array.index].len()), (n, n));
    }
    // Attention is the softmax of q·k: worked out here for the first head and piece.
    let (d, qkv) = (config.head_size(), &arrays[block.qkv.index]);
    let dot = |k: usize| -> f64 {
        let (q, k) = (&qkv[..d], &qkv[k * 3 * h + h..][..d]);
        q.iter().zip(k).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>() / (d as f64).sqrt()
    };
    let sum: f64 = (0..s).map(|k| dot(k).exp()).sum();
    let want: Vec<f64> = (0..s).map(|k| dot(k).exp() / sum).collect();
    assert_close("attention", &arrays[block.attentions.index][..s], &want, PROBABILITIES);
}

#[test]
fn positions_are_told_by_their_cosines() {
    let mut m = model();
    let positions = vec![0, 1, 7, 150];
    let (batch, want) = positions_batch(&m.tokenizer, &positions);
    let answer = m.engine.run(&batch, &want).unwrap();
    let Message { body, arrays } = positions_message(positions.clone(), &answer, m.config().hidden_size);
    assert_eq!((body.positions, body.cosines.shape), (positions, vec![4, 4]));
    let at = |i: usize, j: usize| arrays[0][i * 4 + j];
    for i in 0..4 {
        assert_close("itself", &[at(i, i)], &[1.0], KERNEL);
        (0..4).for_each(|j| assert!(at(i, j) == at(j, i) && (i == j || at(i, j) < 0.9)));
    }
}

#[test]
fn the_model_is_described_by_its_manifest() {
    let m = model();
    let described = described(&m.pack.manifest);
    let bytes: u64 = described.tensors.iter().map(|t| t.bytes).sum();
    let parts: u64 = m.pack.manifest.parts.iter().map(|p| p.bytes).sum();
    // Parts have headers beside the tensors.
    assert!(bytes < parts && bytes > parts * 7 / 10, "{bytes} of {parts}");
    let words = described.tensors.iter().find(|t| t.name.ends_with("word_embeddings.weight")).unwrap();
    assert_eq!((words.shape.clone(), words.scheme.as_str(), words.bytes), (vec![416, 64], "4-bit", 416 * 40));
}

#[test]
fn what_cannot_be_probed_is_refused() {
    let refused = |change: fn(&mut RowsTask)| {
        let mut task = task();
        change(&mut task);
        model().answer(&task, 512).err().unwrap()
    };
    assert_eq!(refused(|t| t.text.a = " ".into()), Failure::EmptyText);
    assert_eq!(refused(|t| t.text.a = "the ".repeat(63)), Failure::TooLongToProbe { tokens: 65, limit: 64 });
    assert!(matches!(refused(|t| t.rows.clear()), Failure::TooManySentences { sentences: 0, .. }));
    let captured = |t: &mut RowsTask| {
        t.lens = true;
        t.rows = vec![ProbeRow::default(); 5];
    };
    assert_eq!(refused(captured), Failure::TooManySentences { sentences: 5, limit: 4 });
    assert!(matches!(refused(|t| t.rows[0].intervention.positions = vec![1]), Failure::Engine { .. }));
}

/// What the lessons say beside their figures, on the shipped bytes.
#[test]
fn the_text_beside_the_figures_is_true() {
    use bertscope::ui::logic::directions::{first_hidden, loss, question, words};
    use bertscope::ui::logic::openings;
    let pack = PackFolder::open(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/models/bert-base-uncased")).unwrap();
    let (tokenizer, engine) = (pack.tokenizer().unwrap(), pack.cpu_engine().unwrap());
    let text = TextPair { a: openings::DIRECTIONS[0].into(), b: None };
    let all = words(&tokenizer.encode(&text, 512).unwrap().1);
    let word = &all[first_hidden(&all, openings::DIRECTIONS_WORD).unwrap()];
    assert_eq!(word.typed, "pair");
    let (answer, mut engine) = Model { pack, tokenizer, engine }.run(&question(&text, word), 512).unwrap();
    let losses = answer.body.rows.iter().chain(&answer.body.joined).map(|blanks| loss(blanks, word).unwrap());
    let losses: Vec<f32> = losses.collect();
    println!("both, left, right, neither, joined: {losses:?}");
    assert!(losses[0] < 0.1, "nearly sure");
    assert!(losses[1..].iter().all(|&l| l > 5.0), "lost");
    // Inside: the answer comes only in the last few layers.
    let tokenizer = PackFolder::open(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/models/bert-base-uncased"));
    let tokenizer = tokenizer.unwrap().tokenizer().unwrap();
    let (row, _) = tokenizer.encode(&TextPair { a: openings::INSIDE.into(), b: None }, 512).unwrap();
    let at = row.input_ids.iter().position(|&id| id == tokenizer.mask_id()).unwrap();
    let n = row.input_ids.len();
    let want = Want { hidden_states: true, ..Want::default() };
    let states = block_on(engine.run(&Batch::one(row), &want)).unwrap().hidden_states;
    let vectors: Vec<f32> = (0..13).flat_map(|l| states[(l * n + at) * 768..][..768].to_vec()).collect();
    let words = block_on(engine.words_of(&vectors, &[], 1)).unwrap().blanks;
    let found: Vec<bool> = words.iter().map(|b| tokenizer.piece(b.top[0].id) == "paris").collect();
    assert!(found[12] && !found[..9].contains(&true), "{found:?}");
}
