//! Answers recorded from the engine (`cargo xtask record`), shown until the visitor's own arrive.

use super::logic::number::percent;
use super::logic::pair::{self, RecordedPairs};
use super::logic::{openings, verdict};
use super::store::Given;
use crate::protocol::answers::{Answers, Asked};
use crate::protocol::context::{Context, ContextTask};
use crate::protocol::features::{Features, FeaturesTask};
use crate::protocol::masking::{MaskTask, Masked};
use crate::protocol::pretraining::{Begin, Told};
use crate::protocol::probe::{Described, ProbeTask, Probed, ProbedRows, RowsTask};
use crate::protocol::{Attention, BlankTask, Blanks, Classified, ClassifyTask, Purpose, TextPair, Tokens};
use serde::Deserialize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

static BLANKS: LazyLock<Option<Blanks>> = LazyLock::new(|| read(include_str!("../../assets/recorded/blank.json")));
static TOKENS: LazyLock<Option<Tokens>> = LazyLock::new(|| read(include_str!("../../assets/recorded/tokens.json")));
static ATTENTION: LazyLock<Option<Attention>> =
    LazyLock::new(|| read(include_str!("../../assets/recorded/attention.json")));
static PAIRS: LazyLock<Option<RecordedPairs>> =
    LazyLock::new(|| read(include_str!("../../assets/recorded/next_sentence.json")));
static SENTIMENT: LazyLock<Vec<Recorded<ClassifyTask, Classified>>> =
    LazyLock::new(|| read(include_str!("../../assets/recorded/sentiment.json")).unwrap_or_default());

static ANSWERS: LazyLock<Vec<(Asked, Answers)>> =
    LazyLock::new(|| read(include_str!("../../assets/recorded/answers.json")).unwrap_or_default());

static CONTEXT: LazyLock<Option<Recorded<ContextTask, Context>>> =
    LazyLock::new(|| read(include_str!("../../assets/recorded/context.json")));
static MASKING: LazyLock<Option<Recorded<MaskTask, Masked>>> =
    LazyLock::new(|| read(include_str!("../../assets/recorded/masking.json")));

static PRETRAINING: LazyLock<Option<Recorded<Begin, Told>>> =
    LazyLock::new(|| read(include_str!("../../assets/recorded/pretraining.json")));

/// Whether the page runs on the model that was recorded.
static ON: AtomicBool = AtomicBool::new(true);

/// Recorded answers are BERT-Base's: on another model none is shown.
pub fn only_for(base: bool) {
    ON.store(base, Ordering::Relaxed);
}

/// A question and its answer.
#[derive(Deserialize)]
struct Recorded<Q, A> {
    task: Q,
    answer: A,
}

impl<Q: Clone + PartialEq, A: Clone> Recorded<Q, A> {
    fn to(&self, question: &Q) -> Option<Given<Q, A>> {
        if self.task == *question { given(question, self.answer.clone(), Vec::new()) } else { None }
    }
}

pub fn context(question: &ContextTask) -> Option<Given<ContextTask, Context>> {
    CONTEXT.as_ref()?.to(question)
}

/// A run of the built-in text, as recorded.
pub fn pretraining(question: &Begin) -> Option<(Begin, Told)> {
    let given = PRETRAINING.as_ref()?.to(question)?;
    Some((given.question, (*given.answer).clone()))
}

pub fn features(question: &FeaturesTask) -> Option<Given<FeaturesTask, Features>> {
    let given = FEATURES.as_ref()?.to(question)?;
    Some(Given { arrays: Arc::new(vec![floats(FEATURES_VALUES)]), ..given })
}

pub fn masked(question: &MaskTask) -> Option<Given<MaskTask, Masked>> {
    MASKING.as_ref()?.to(question)
}

static FEATURES: LazyLock<Option<Recorded<FeaturesTask, Features>>> =
    LazyLock::new(|| read(include_str!("../../assets/recorded/features.json")));
/// (R, D), f32 little-endian.
static FEATURES_VALUES: &[u8] = include_bytes!("../../assets/recorded/features.f32");

static PROBES: LazyLock<Vec<(RowsTask, ProbedRows)>> =
    LazyLock::new(|| read(include_str!("../../assets/recorded/probes.json")).unwrap_or_default());
static DESCRIBED: LazyLock<Option<Described>> =
    LazyLock::new(|| read(include_str!("../../assets/recorded/described.json")));
/// Of the input's opening, its first pieces: (P, 3, H) before the sum, then (P, H) after LayerNorm, f16 little-endian.
static INPUT_VALUES: &[u8] = include_bytes!("../../assets/recorded/input.f16");

/// The recorded answer to this very probe. Of embeddings, only the first pieces' numbers are there.
pub fn probed(question: &ProbeTask) -> Option<Given<ProbeTask, Probed>> {
    let rows = match question {
        ProbeTask::Describe => return given(question, Probed::Described(DESCRIBED.clone()?), Vec::new()),
        ProbeTask::Rows(task) => PROBES.iter().find(|(asked, _)| asked == task).map(|(_, rows)| rows.clone())?,
        _ => return None,
    };
    let arrays = match &rows.embedding {
        Some(_) => {
            let values = INPUT_VALUES.as_chunks::<2>().0.iter().map(|b| half::f16::from_le_bytes(*b).to_f32());
            let values: Vec<f32> = values.collect();
            let (parts, normed) = values.split_at(values.len() / 4 * 3);
            vec![parts.to_vec(), normed.to_vec()]
        }
        None => Vec::new(),
    };
    given(question, Probed::Rows(Box::new(rows)), arrays)
}

/// The pieces of a text that a recorded probe is about.
pub fn pieces(text: &TextPair) -> Option<Arc<Tokens>> {
    let (_, rows) = PROBES.iter().find(|(asked, _)| asked.text == *text)?;
    given(text, rows.tokens.clone(), Vec::new()).map(|g| g.answer)
}

/// (L, N, S, S), f32 little-endian.
static ATTENTION_VALUES: &[u8] = include_bytes!("../../assets/recorded/attention.f32");

/// f32, little-endian.
fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect()
}

fn read<T: serde::de::DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str(json).ok()
}

fn given<Q, A>(question: &Q, answer: A, arrays: Vec<Vec<f32>>) -> Option<Given<Q, A>>
where
    Q: Clone,
{
    let answer = ON.load(Ordering::Relaxed).then_some(answer)?;
    Some(Given { question: question.clone(), answer: Arc::new(answer), arrays: Arc::new(arrays), recorded: true })
}

/// The recorded answer to this very question, if there is one.
pub fn blanks(question: &BlankTask) -> Option<Given<BlankTask, Blanks>> {
    let all = BLANKS.as_ref()?;
    let mut sentences = Vec::new();
    for sentence in &question.sentences {
        let at = openings::BLANK.iter().position(|s| s == sentence)?;
        let mut recorded = all.sentences.get(at)?.clone();
        for blank in &mut recorded.blanks {
            blank.top.truncate(question.top_k);
            blank.asked.retain(|a| question.asked.contains(&a.word));
            if blank.asked.len() != question.asked.len() {
                return None;
            }
        }
        sentences.push(recorded);
    }
    given(question, Blanks { pieces: Vec::new(), sentences, stats: Default::default() }, Vec::new())
}

/// The recorded probability of an asked word in the first gap of an opening sentence.
pub fn probability(sentence: usize, word: &str) -> Option<f32> {
    let blank = BLANKS.as_ref()?.sentences.get(sentence)?.blanks.first()?;
    blank.asked.iter().find(|a| a.word == word)?.candidate.map(|c| c.probability)
}

pub fn tokens(question: &TextPair) -> Option<Given<TextPair, Tokens>> {
    let (a, b) = openings::TOKENS;
    let asked = question.a == a && question.b.as_deref() == Some(b);
    asked.then(|| TOKENS.clone()).flatten().and_then(|t| given(question, t, Vec::new()))
}

pub fn attention(question: &TextPair) -> Option<Given<TextPair, Attention>> {
    let asked = question.a == openings::ATTENTION && question.b.is_none();
    let answer = asked.then(|| ATTENTION.clone()).flatten()?;
    given(question, answer, vec![floats(ATTENTION_VALUES)])
}

/// The recorded probability of the label "positive".
pub fn positive(purpose: Purpose, text: &str) -> Option<f32> {
    let of = SENTIMENT.iter().filter(|r| r.task.purpose == purpose);
    let mut rows = of.flat_map(|r| r.task.texts.iter().zip(&r.answer.rows));
    rows.find(|(t, _)| t.a == text).and_then(|(_, row)| verdict::positive(row))
}

/// The recorded answer to a question about one pair.
pub fn pair(question: &ClassifyTask) -> Option<Given<ClassifyTask, Classified>> {
    let [text] = question.texts.as_slice() else { return None };
    let all = PAIRS.as_ref()?;
    let row = all.rows.iter().find(|r| r.text == *text && r.one_segment == question.one_segment)?.row.clone();
    let answer = Classified { adapter: all.adapter.clone(), rows: vec![row], stats: Default::default() };
    given(question, answer, Vec::new())
}

/// P(IsNext) of one of the page's pairs, as recorded.
pub fn follows(which: usize, swapped: bool, one_segment: bool) -> String {
    let plain = pair::text_pair(openings::NEXT_SENTENCE[which]);
    let text = if swapped { pair::swapped(&plain) } else { plain };
    let row = PAIRS.as_ref().and_then(|p| p.rows.iter().find(|r| r.text == text && r.one_segment == one_segment));
    row.and_then(|r| r.row.probabilities.first().copied()).map_or("—".into(), percent)
}

/// The recorded answer to a question on a text.
pub fn answer(question: &Asked) -> Option<Given<Asked, Answers>> {
    let (_, found) = ANSWERS.iter().find(|(asked, _)| asked == question)?;
    given(question, found.clone(), Vec::new())
}

/// The recorded answer to a question about reviews.
pub fn classified(question: &ClassifyTask) -> Option<Given<ClassifyTask, Classified>> {
    let found = SENTIMENT.iter().find(|r| r.task == *question)?;
    given(question, found.answer.clone(), Vec::new())
}
