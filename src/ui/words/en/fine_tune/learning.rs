//! The words of a run as it goes, and of what it came to.

use super::settings::duration;
use crate::protocol::lab::{Diagnosis, Note, Phase, RunState};
use crate::ui::logic::number::{count, grouped, percent, points};

pub const TITLE: &str = "Seeing it learn";
pub const STEPS: &str = "step";
pub const LOSS: &str = "Loss";
pub const ACCURACY: &str = "Accuracy";
pub const RATE: &str = "Learning rate";
pub const NORM: &str = "Gradient norm";
pub const MORE: &str = "Learning rate and gradients";
pub const EACH_STEP: &str = "train, each step";
pub const VALIDATION: &str = "validation";
pub const BEST: &str = "best";
pub const PAUSE: &str = "Pause";
pub const GO_ON: &str = "Go on";
pub const STOP: &str = "Stop and keep";
pub const TAKE_BEST: &str = "Back to the best";
pub const TAKE_BEST_TITLE: &str = "Ends the run with the weights of the best validation so far";
pub const PINNED: &str = "Your sentence";
pub const PINNED_QUESTION: &str = "Your question";
pub const PINNED_NOTE: &str = "asked anew as it learns";
pub const INTERRUPTED: &str = "the engine stopped. Go on from the last checkpoint, below";
pub const BEFORE: &str = "before";
pub const AFTER: &str = "now";

pub fn train_mean(window: usize) -> String {
    format!("train, mean of {window} steps")
}

/// `Step 48 of 120 · epoch 1.3 · 85 examples a second · 40 s left`
pub fn progress(r: &RunState) -> String {
    let mut text = format!("Step {} of {} · epoch {:.1}", grouped(r.step as u64), grouped(r.steps as u64), r.epoch);
    if r.examples_per_s > 0.0 {
        let rate = if r.examples_per_s < 10.0 {
            format!("{:.1}", r.examples_per_s)
        } else {
            grouped(r.examples_per_s.round() as u64)
        };
        text += &format!(" · {rate} examples a second");
    }
    if r.left_ms > 0.0 && r.step < r.steps {
        text += &format!(" · {} left", duration(r.left_ms));
    }
    text
}

pub fn phase(r: &RunState) -> String {
    match r.phase {
        Phase::Starting => "Starting: the answers before training…".into(),
        Phase::Training => String::new(),
        Phase::Evaluating => "Validating…".into(),
        Phase::Paused => "Paused. Nothing is lost: a checkpoint is kept.".into(),
        Phase::Done => {
            let step = r.kept_step.unwrap_or(r.step);
            let best = if r.best.is_some_and(|b| b.step == step) { ", the best on validation" } else { "" };
            format!("Done. “{}” is kept, with the weights of step {}{best}.", r.name, grouped(step as u64))
        }
        Phase::Failed => format!("It ended: {}.", r.failure.as_deref().unwrap_or("no reason was given")),
    }
}

pub fn resumed(step: usize) -> String {
    format!("Resumed from step {}.", grouped(step as u64))
}

/// A diagnosis or an incident, and what to do.
pub fn note(note: &Note, labels: &[String]) -> String {
    match note {
        Note::Diagnosis(d) => diagnosis(d, labels),
        Note::HalvedMicroBatch { tokens } => format!(
            "Memory ran short: micro_batch_tokens was halved to {}. The steps are the same, only slower.",
            grouped(*tokens as u64)
        ),
        Note::NotKept { reason } => {
            format!("The browser keeps no checkpoint ({reason}): the run goes on, but a reload would lose it.")
        }
        Note::OldestGone { step } => format!(
            "Storage is full: the checkpoint of step {} was deleted to make room. The best one stays.",
            grouped(*step as u64)
        ),
        Note::OtherEngine => {
            "This run began on another engine or build: losses agree to about one in a thousand, not to the last bit."
                .into()
        }
        Note::GpuLost => "The GPU was lost and came back: the run went on from its last checkpoint.".into(),
    }
}

fn diagnosis(d: &Diagnosis, labels: &[String]) -> String {
    match d {
        Diagnosis::Overfitting { best_step, best_loss, now_loss, train_loss_then, train_loss_now } => format!(
            "It is learning the rows by heart: since step {} the validation loss has gone from {best_loss:.2} up to {now_loss:.2}, the training loss from {train_loss_then:.2} down to {train_loss_now:.2}. The best is kept; fewer epochs or more rows help.",
            grouped(u64::from(*best_step))
        ),
        Diagnosis::TooHighRate { first_loss, loss, learning_rate, .. } => format!(
            "The loss has risen from {first_loss:.2} to {loss:.2}: learning_rate {learning_rate:e} is too high for this data. Start again with a third of it."
        ),
        Diagnosis::OneClassCollapse { class, said_share, true_share } => format!(
            "It says “{}” of {} of the validation rows; {} are. It may need more steps, or more rows of the other labels.",
            labels.get(*class).map_or("?", String::as_str),
            percent(*said_share),
            percent(*true_share)
        ),
    }
}

/// `93.3 % of 30 rows were right …`
pub fn judged(accuracy: f64, low: f64, high: f64, n: usize) -> String {
    format!(
        "{} of {} right (95 % interval {} to {})",
        percent(accuracy as f32),
        count(n, "row", "rows"),
        percent(low as f32),
        percent(high as f32)
    )
}

pub const EVALUATE: &str = "3 · Evaluate";
pub const NOT_YET: &str = "The validation rows are judged before the first step, every few steps, and at the end.";
pub const BEFORE_TRAINING: &str = "Before training";
pub const AFTER_TRAINING: &str = "As it is now";
pub const ON_TEST: &str = "On the test rows";
pub const MEASURES: [&str; 4] = ["right", "95 % interval", "loss", "macro F1"];
pub const ANSWER_MEASURES: [&str; 4] = ["exact match (EM)", "95 % interval", "loss", "F1"];
pub const ANSWER_NOTE: &str = "EM: the answer's words exactly, or rightly none. F1: how far the words are the same. Both as SQuAD counts them, over all questions.";
pub const EXACT: &str = "Exact match";
pub const NO_ANSWER: &str = "no answer";
pub const ROWS: &str = "Rows";
pub const WRONG: &str = "Wrong ones, the surest first";
pub const NONE_WRONG: &str = "None is wrong.";
pub const CLOSE: &str = "Show the wrong ones";
pub const ROW_HEAD: [&str; 5] = ["line", "truly", "said", "with", "text"];
pub const PICK: &str = "Watch this text";
pub const MATRIX_HINT: &str = "Click a count to see its rows.";

pub fn moved(before: f64, after: f64) -> String {
    format!("{} points by training", points((after - before) as f32))
}

pub fn cell(truly: &str, said: &str) -> String {
    format!("Truly {truly}, said {said}")
}

pub fn shown(shown: usize, of: usize) -> String {
    if shown < of { format!("{} of {}", grouped(shown as u64), super::rows(of)) } else { super::rows(of) }
}

/// The pinned sentence in words.
pub fn said(label: &str, probability: f32, step: usize) -> String {
    format!("{label} with {} after step {}", percent(probability), grouped(step as u64))
}
