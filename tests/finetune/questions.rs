//! Questions on texts: which rows are bad, where answers stand in windows, and that a span head learns.

use super::run::{begin, drive, timeless};
use super::{config, engine, gather, settings, tiny, tokenizer};
use bertscope::engine::EngineError;
use bertscope::engine::training::Truth;
use bertscope::model::adapter::{Adapter, Head};
use bertscope::text::table::Reason;
use bertscope::train::checkpoint::{Checkpoint, Made};
use bertscope::train::data::{DataError, Dataset, Part, Sample, Shares, features, read};
use bertscope::train::drive::{DriveError, evaluate};
use bertscope::train::evaluate::{Evaluation, Evaluator, ScoredRow, SpanSaid};
use bertscope::train::files;
use bertscope::train::peft::{from_peft, to_peft};
use bertscope::train::random::{Random, Use};
use bertscope::train::run::{Action, Run, RunError};
use bertscope::train::settings::{Depth, Hyperparameters, SettingError};
use pollster::block_on;

const PLACES: [&str; 6] = ["city", "river", "town", "street", "north", "country"];
const OTHERS: [&str; 10] = ["the", "of", "and", "was", "it", "with", "they", "had", "been", "first"];

/// Texts of little words, with one of a place in most: which is it? All words are whole in the tiny vocabulary.
fn rows(n: usize, words: usize) -> Vec<[String; 3]> {
    let row = |i: usize| {
        let mut text: Vec<&str> = (0..words).map(|k| OTHERS[(i * (k + 3) + k * k) % 10]).collect();
        let answer = if i % 5 == 4 { "" } else { PLACES[i * 7 % 6] };
        if !answer.is_empty() {
            text[(i * 11) % words] = answer;
        }
        [format!("{} {i}", text.join(" ")), "which place was it ?".into(), answer.into()]
    };
    (0..n).map(row).collect()
}

fn csv(rows: &[[String; 3]]) -> String {
    let line = |r: &[String; 3]| r.each_ref().map(|c| format!("\"{c}\"")).join(",") + "\n";
    "context,question,answer\n".to_owned() + &rows.iter().map(line).collect::<String>()
}

fn questions(n: usize, words: usize) -> Dataset {
    let mut data = Dataset::new(gather(csv(&rows(n, words)).as_bytes(), "questions.csv", None).unwrap()).unwrap();
    data.part(Shares { validation: 0.25, test: 0.0 }, 1);
    data
}

fn span_settings() -> Hyperparameters {
    Hyperparameters { max_seq_length: 40, num_train_epochs: 8.0, micro_batch_tokens: 120, ..settings() }
}

#[test]
fn rows_whose_answer_is_not_there_are_bad_by_line() {
    let file = "question,context,answer\n\
        who ?,Anna met Ben.,Anna\n\
        who ?,Anna met Ben.,anna\n\
        who ?,Anna met Ben.,\n\
        who ?,,Anna\n\
        who ?,\"Anna met\nBen.\", Ben \n\
        ,Anna met Ben.,Ben\n\
        who ?,Anna met Ben.,Carl\n";
    let got = gather(file.as_bytes(), "q.csv", None).unwrap();
    let told: Vec<_> = got.bad.iter().map(|b| (b.line, b.reason.clone())).collect();
    let missing = |answer: &str| Reason::NotInText { answer: answer.into() };
    assert_eq!(told, [(3, missing("anna")), (5, Reason::EmptyText), (8, Reason::EmptyText), (9, missing("Carl"))]);
    let kept: Vec<_> = got.samples.iter().map(|s| (s.line, s.answer.as_deref().unwrap(), s.class)).collect();
    assert_eq!(kept, [(2, "Anna", Some(0)), (4, "", Some(1)), (6, "Ben", Some(0))]);
    assert_eq!(got.samples[0].second.as_deref(), Some("Anna met Ben."));
    let data = Dataset::new(got).unwrap();
    assert!(data.answers && data.pairs);
    assert_eq!(data.labels, ["answer", "no answer"]);
    assert_eq!(data.check(), Ok(()));
    // The same as lines of JSON and as TSV.
    let json = "{\"context\": \"Anna met Ben.\", \"question\": \"who ?\", \"answer\": \"Ben\"}\n";
    let tsv = "context\tquestion\tanswer\nAnna met Ben.\twho ?\tBen\n";
    for (bytes, name) in [(json, "q.jsonl"), (tsv, "q.tsv")] {
        let got = gather(bytes.as_bytes(), name, None).unwrap();
        assert!(got.answers && got.bad.is_empty(), "{name}: {:?}", got.bad);
        assert_eq!(got.samples[0].answer.as_deref(), Some("Ben"), "{name}");
    }
    // Without answers there is nothing to learn, but to predict.
    let bare = gather(b"context,question\nAnna met Ben.,who ?\n", "test.csv", None).unwrap();
    assert_eq!(Dataset::new(bare.clone()).unwrap_err(), DataError::NoLabelColumn);
    let train = gather(file.as_bytes(), "q.csv", None).unwrap();
    assert_eq!(Dataset::of_files(train, None, Some(bare)).unwrap().split.test.len(), 1);
    let none = gather(b"context,question,answer\nAnna met Ben.,who ?,\n", "q.csv", None).unwrap();
    assert!(matches!(Dataset::new(none).unwrap().check(), Err(DataError::OneLabel { .. })));
}

#[test]
fn the_answer_is_where_the_row_says_in_every_window() {
    let t = tokenizer();
    let (n, max) = (90, 40);
    for row in rows(12, n) {
        let [text, question, answer] = row.each_ref().map(String::as_str);
        let sample = Sample {
            text: question.into(),
            second: Some(text.into()),
            answer: Some(answer.into()),
            ..Sample::default()
        };
        let reading = read(&t, &sample, max).unwrap();
        assert!(reading.windows() > 1);
        let mut held = 0;
        for w in 0..reading.windows() {
            let row = reading.row(&t, w);
            assert!(row.input_ids.len() <= max);
            let ids = t.encode_ids(answer).unwrap();
            let from = t.encode_ids(question).unwrap().len() + 2;
            let is_it = |i: usize| !ids.is_empty() && row.input_ids[i..].starts_with(&ids);
            let all: Vec<usize> = (from..row.input_ids.len()).filter(|&i| is_it(i)).collect();
            let found = all.iter().map(|&i| [i, i + ids.len() - 1]).collect();
            let want: Vec<[usize; 2]> = if all.is_empty() { vec![[0, 0]] } else { found };
            assert_eq!(reading.truth(w), want, "window {w} of {text:?}");
            held += usize::from(!all.is_empty());
        }
        assert_eq!(held == 0, answer.is_empty());
        // Of 300 epochs two of three and more read a window with the answer, if there is one.
        let found = (0..300).filter(|&e| reading.truth(reading.window_of(5, e, 3)) != [[0, 0]]).count();
        assert!(if held > 0 { found >= 190 } else { found == 0 }, "{found} of 300");
    }
    // A word that stands twice is meant in both places; a long question is cut.
    let sample = Sample {
        text: "which place ? ".repeat(40).into(),
        second: Some("the city and the city".into()),
        answer: Some("city".into()),
        ..Sample::default()
    };
    let reading = read(&t, &sample, max).unwrap();
    let row = reading.row(&t, 0);
    let city = t.encode_ids("city").unwrap();
    assert_eq!((reading.windows(), reading.truth(0).len()), (1, 2));
    assert!(reading.truth(0).iter().all(|&[a, b]| row.input_ids[a..=b] == city));
}

#[test]
fn the_printed_example_has_its_places() {
    let data = questions(20, 9);
    let f = features(&tokenizer(), &data, 0, 40).unwrap();
    let [from, to] = f.places[0];
    assert_eq!(f.tokens[from..=to], [rows(1, 9)[0][2].clone()]);
    assert_eq!(f.label, Some((rows(1, 9)[0][2].clone(), 0)));
    let none = features(&tokenizer(), &data, 4, 40).unwrap();
    assert_eq!((none.places, none.label), (vec![[0, 0]], Some(("no answer".into(), 1))));
}

#[test]
fn questions_on_one_text_stay_together() {
    let of_text = |i: usize| (0..5).map(move |q| [format!("text {i}"), format!("which {q} ?"), "text".into()]);
    let all: Vec<[String; 3]> = (0..20).flat_map(of_text).collect();
    let whole = Dataset::new(gather(csv(&all).as_bytes(), "q.csv", None).unwrap()).unwrap();
    let split = |seed| {
        let mut data = whole.clone();
        data.part(Shares { validation: 0.15, test: 0.1 }, seed);
        data.split
    };
    let one = split(3);
    assert_eq!([&one.train, &one.validation, &one.test].map(Vec::len), [75, 15, 10]);
    let texts = |rows: &[u32]| rows.iter().map(|r| r / 5).collect::<std::collections::BTreeSet<_>>();
    let parts = [&one.train, &one.validation, &one.test].map(|rows| texts(rows));
    assert_eq!(parts.iter().map(|p| p.len()).sum::<usize>(), 20, "a text is in two parts");
    assert_eq!(split(3), one);
    assert_ne!(split(4), one);
}

fn judged(h: &Hyperparameters, data: &Dataset, adapter: &Adapter, part: Part) -> Evaluation {
    let mut engine = engine();
    let id = block_on(engine.add_adapter(adapter)).unwrap();
    let evaluator = Evaluator::new(data.split.rows(part).to_vec(), h.eval_batch_size, data.labels.len());
    block_on(evaluate(&mut engine, id, evaluator, (data, &tokenizer(), h.max_seq_length))).unwrap()
}

#[test]
fn a_tiny_bert_learns_to_answer_and_to_say_nothing() {
    let data = questions(160, 12);
    // On frozen vectors of a random BERT little can be told.
    for (depth, least) in [(span_settings().depth, 0.9), (Depth::Head, 0.1)] {
        let learning_rate = if depth == Depth::Head { 5e-2 } else { 1e-2 };
        let h = Hyperparameters { depth, learning_rate, num_train_epochs: 12.0, ..span_settings() };
        let mut engine = engine();
        let id = begin(&mut engine, &h, &data);
        let mut run = Run::new(h.clone(), &data, &config()).unwrap();
        let (state, _) = drive(&mut engine, id, &mut run, &data, u32::MAX);
        let points = &run.curves().evaluations;
        let (first, last) = (points.first().unwrap(), points.last().unwrap());
        println!("{:?}: exact {:.3} to {:.3}, F1 {:.3}", h.depth, first.accuracy, last.accuracy, last.macro_f1);
        assert!(f64::from(last.accuracy) >= least && last.macro_f1 >= first.macro_f1 + 0.1, "{first:?} {last:?}");
        assert!(last.macro_f1 >= last.accuracy && last.loss < 0.95 * first.loss);
        assert!(run.curves().steps.iter().any(|p| f64::from(p.accuracy) >= least));
        let e = judged(&h, &data, &state.adapter, Part::Validation);
        assert_eq!(e.judged.accuracy() as f32, last.accuracy);
        // What is told of each row is what counts.
        for r in &e.rows {
            let answer = data.samples[r.row as usize].answer.as_deref().unwrap();
            let span = r.span.as_ref().unwrap();
            assert_eq!(span.exact, span.said == answer, "{span:?} for {answer}");
            assert_eq!(r.right(), Some(span.exact));
            assert_eq!(r.said() == 1, span.said.is_empty());
        }
        assert!(
            files::eval_results(&e, 3).starts_with(&format!("eval_exact = {:.8}\neval_f1 = ", e.judged.accuracy()))
        );
        let results = files::test_results(&e.rows);
        assert_eq!(results.lines().count(), 1 + e.rows.len());
        assert!(results.lines().all(|l| l.split('\t').count() == 3), "{results}");
    }
}

/// By looking at every threshold, one at a time.
fn threshold_by_looking(margins: &[(f32, usize)]) -> f32 {
    let share = |class: usize, t: f32| {
        let of: Vec<f32> = margins.iter().filter(|m| m.1 == class).map(|m| m.0).collect();
        let right = of.iter().filter(|&&m| (m > t) == (class == 1)).count() as f64 / of.len() as f64;
        (right, right * (1.0 - right) / of.len() as f64)
    };
    let balanced = |t: f32| (share(0, t).0 + share(1, t).0) / 2.0;
    let mut all: Vec<f32> = margins.iter().map(|m| m.0).chain([0.0]).collect();
    all.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
    let best = all.iter().copied().fold(0.0, |best, t| if balanced(t) >= balanced(best) { t } else { best });
    let error = (share(0, best).1 + share(1, best).1).sqrt() / 2.0;
    all.into_iter().find(|&t| balanced(t) >= balanced(best) - error).unwrap()
}

#[test]
fn no_answer_begins_where_validation_says() {
    let evaluation = |margins: &[(f32, usize)]| {
        let row = |&(margin, class): &(f32, usize)| ScoredRow {
            class: Some(class),
            span: Some(SpanSaid { margin, ..SpanSaid::default() }),
            ..ScoredRow::default()
        };
        Evaluation { rows: margins.iter().map(row).collect(), answers: true, ..Evaluation::default() }
    };
    let mut random = Random::new(7, Use::Order { epoch: 0 });
    for centre in [-6.0, -0.5, 0.0, 3.0] {
        let margins: Vec<(f32, usize)> = (0..160)
            .map(|i| {
                ((centre + if i % 3 == 0 { 2.0 } else { -2.0 } + 3.0 * random.normal()) as f32, usize::from(i % 3 == 0))
            })
            .collect();
        let found = evaluation(&margins).null_threshold();
        assert_eq!(found, threshold_by_looking(&margins), "around {centre}");
        assert!((f64::from(found) - centre).abs() < 3.0 && f64::from(found.abs()) <= centre.abs() + 1.5, "{found}");
    }
    // Too few without an answer: the model's own odds.
    let few: Vec<(f32, usize)> = (0..60).map(|i| (i as f32, usize::from(i >= 51))).collect();
    assert_eq!(evaluation(&few).null_threshold(), 0.0);
}

#[test]
fn a_run_on_questions_is_kept_and_goes_on_bit_for_bit() {
    let (data, h) = (questions(60, 90), span_settings());
    let made = Made { data_hash: data.hash(), ..Made::default() };
    let mut one = engine();
    let id = begin(&mut one, &h, &data);
    let mut run = Run::new(h.clone(), &data, &config()).unwrap();
    let (state, _) = drive(&mut one, id, &mut run, &data, 6);
    let kept = Checkpoint { settings: h.clone(), progress: run.progress().clone(), state, made };
    let bytes = kept.to_bytes(&config()).unwrap();
    let base = tiny().manifest.base_hash;
    let back = Checkpoint::parse(&bytes, &config(), &base).unwrap();
    assert_eq!(back, kept);
    let (whole, _) = drive(&mut one, id, &mut run, &data, u32::MAX);
    let mut other = engine();
    let id = begin(&mut other, &h, &data);
    block_on(other.restore_training(&back.state)).unwrap();
    let mut resumed = Run::resume(h.clone(), &data, &config(), back.progress).unwrap();
    let (again, _) = drive(&mut other, id, &mut resumed, &data, u32::MAX);
    assert!(whole == again);
    assert_eq!(timeless(run.curves()), timeless(resumed.curves()));
    // Another answer is other data.
    let mut changed = data.clone();
    changed.samples[0].answer = Some("".into());
    assert_ne!(changed.hash(), data.hash());

    // The files: ours, and peft's folder.
    let adapter = Adapter::parse(&whole.adapter.to_bytes(&config()).unwrap(), &config(), &base).unwrap();
    assert_eq!(adapter.head, Head::Span { null_threshold: 0.0 });
    let [(_, words), (_, model)] = to_peft(&Adapter { temperature: 2.0, ..adapter.clone() }, &config()).unwrap();
    assert!(String::from_utf8(words.clone()).unwrap().contains("QUESTION_ANS"));
    let (read, assumed) = from_peft(&words, &model, &config(), &base).unwrap();
    assert!(!assumed.labels && !assumed.base);
    assert_eq!((read.head, &read.labels, read.input), (adapter.head, &adapter.labels, adapter.input));
    assert_eq!(read.low_rank, adapter.low_rank);
}

#[test]
fn what_questions_cannot_be_trained_with_is_told() {
    let data = questions(20, 9);
    let h = Hyperparameters { max_seq_length: 16, ..span_settings() };
    let refused = Run::new(h, &data, &config()).unwrap_err();
    assert!(matches!(refused, RunError::Setting(SettingError::Range { ref name, .. }) if name == "max_seq_length"));
    // A classifier in training takes no questions.
    let h = span_settings();
    let mut engine = engine();
    let id = begin(&mut engine, &h, &super::two_classes(20));
    let mut run = Run::resume(h, &data, &config(), Default::default()).unwrap();
    let Action::Train(step) = run.next(&data, &tokenizer()).unwrap() else { panic!() };
    assert!(step.micro_batches.iter().flatten().all(|e| matches!(e.truth, Truth::Spans(_))));
    let refused = block_on(bertscope::train::drive::act(&mut engine, id, &mut run, &data, &tokenizer()));
    assert_eq!(refused, Err(DriveError::Engine(EngineError::WrongHead)));
}
