//! The words of the lab's settings.

use crate::train::room::{Limit, Room};
use crate::train::settings::SettingError;
use crate::ui::logic::number::{bytes, count, grouped, milliseconds};

pub const TITLE: &str = "2 · Train";
pub const DEPTH: &str = "What is trained";
pub const DEPTHS: [&str; 3] = ["Adapter (LoRA)", "Head only", "All weights"];
pub const DEPTH_NOTES: [&str; 3] = [
    "Low-rank matrices beside BERT's own, in every layer: what BERT attends to can change.",
    "A classifier on BERT's [CLS] as it is: fast, and often worse.",
    "Every embedding, matrix, bias and LayerNorm moves, as in BERT's own fine-tuning; what comes of it is a whole model.",
];
pub const RATE: &str = "learning_rate";
pub const BATCH: &str = "train_batch_size";
pub const EPOCHS: &str = "num_train_epochs";
pub const LENGTH: &str = "max_seq_length";
pub const MORE: &str = "More settings";
pub const WARMUP: &str = "warmup_proportion";
pub const SAVE: &str = "save_checkpoints_steps";
pub const EVAL_EVERY: &str = "eval_every_steps";
pub const EVAL_BATCH: &str = "eval_batch_size";
pub const SEED: &str = "seed";
pub const RANK: &str = "rank";
pub const ALPHA: &str = "alpha";
pub const FIRST_LAYER: &str = "first layer";
pub const TARGETS: &str = "Linears";
pub const DROPOUT: &str = "dropout";
pub const DECAY: &str = "weight_decay";
pub const GRAD_NORM: &str = "max_grad_norm";
pub const MICRO: &str = "micro_batch_tokens";
pub const DEFAULTS: &str = "Back to the defaults";
pub const NAME: &str = "Name of the model";
pub const NAME_DEFAULT: &str = "My model";
pub const PIN: &str = "A sentence to watch";
pub const PIN_B: &str = "and what follows it";
pub const PIN_QUESTION: &str = "A question to watch";
pub const PIN_TEXT: &str = "and a text that may answer it";
pub const ESTIMATE: &str = "How long will it take?";
pub const ESTIMATING: &str = "Timing two steps…";
pub const START: &str = "Start training";
pub const WAITING: &str = "The model is not in yet: training can start once it is.";
pub const NEEDS_DATA: &str = "Choose a file first.";

/// What is meant by each setting, for those who hover or hear.
pub fn hint(name: &str) -> &'static str {
    match name {
        RATE => "How far a step goes, after warm-up. Too high and the loss jumps; too low and it hardly falls",
        BATCH => "Examples of one step",
        EPOCHS => "How often every example is seen",
        LENGTH => "Pieces read of an example; longer ones are cut. Half the length is about half the time",
        WARMUP => "Share of the steps in which the rate rises to its full height",
        SAVE => "Steps between two checkpoints",
        EVAL_EVERY => "Steps between two looks at the validation rows",
        EVAL_BATCH => "Examples of one forward when validating",
        SEED => "Of split, order, first values and dropout: the same seed, the same run",
        RANK => "Columns of the low-rank matrices: more can learn more, and forget more",
        ALPHA => "The adapter's answer is scaled by alpha / rank",
        FIRST_LAYER => "Layers below it stay frozen: faster, and less memory",
        DROPOUT => "Share of values dropped in trained layers",
        DECAY => "Pull of the trained matrices towards 0",
        GRAD_NORM => "Gradients longer than this are cut to it",
        MICRO => "Pieces of one forward and backward. Lower it when memory is short",
        _ => "",
    }
}

/// `72 steps of 16 examples · 3 times 380 examples`
pub fn steps(steps: usize, batch: usize) -> String {
    format!("{} of {}", count(steps, "step", "steps"), count(batch, "example", "examples"))
}

/// What was measured, in a sentence.
pub fn estimate(step_ms: f64, total: &str, steps: usize, memory: u64, values: usize) -> String {
    format!(
        "About {total} for {}, {} each as just measured on two, validation included. {} are trained; that takes about {} of memory beside the model.",
        count(steps, "step", "steps"),
        milliseconds(step_ms),
        count(values, "value", "values"),
        bytes(memory)
    )
}

/// What all weights take, and what stops them.
pub fn room(room: &Room) -> String {
    let takes = format!(
        "All {} weights, with a gradient and two running means (AdamW's moments) each, take about {} of memory beside the model, and up to {} more while a checkpoint is written.",
        grouped(room.values),
        bytes(room.bytes),
        bytes(room.kept_bytes)
    );
    let Some(Limit { name, needed_bytes, available_bytes }) = &room.limit else { return takes };
    format!(
        "{takes} They do not fit here: {} are needed, {name} allows {}. Train an adapter, or the head only.",
        bytes(*needed_bytes),
        bytes(*available_bytes)
    )
}

/// What to lower, when it is long.
pub const TOO_LONG: &str =
    "To be done sooner: lower max_seq_length first, then num_train_epochs; a higher first layer trains fewer layers.";
pub const ENGINE_CPU: &str = "This runs on the CPU, where BERT-Base takes seconds a step. “Head only” is much faster.";

/// `40 s`, `12 min`, `2 h 10 min`
pub fn duration(ms: f64) -> String {
    let s = (ms / 1e3).max(0.0);
    if s < 90.0 {
        format!("{s:.0} s")
    } else if s < 5400.0 {
        format!("{:.0} min", s / 60.0)
    } else {
        let minutes = (s / 60.0).round() as u64;
        format!("{} h {:02} min", grouped(minutes / 60), minutes % 60)
    }
}

pub fn refused(e: &SettingError) -> String {
    match e {
        SettingError::Range { name, low, high, .. } => format!("{name}: choose {low} to {high}."),
        SettingError::NoTargets => "Choose one Linear at least, or train the head only.".into(),
        SettingError::TooManySteps { .. } => {
            "These are too many steps. Lower num_train_epochs, or raise train_batch_size.".into()
        }
        SettingError::NoExamples { .. } => {
            "No example is left to train on. Lower the shares of validation and test, or add rows.".into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        assert_eq!([0.0, 40_000.0, 720_000.0, 7_800_000.0].map(duration), ["0 s", "40 s", "12 min", "2 h 10 min"]);
    }

    #[test]
    fn every_setting_has_a_hint() {
        for name in [
            RATE,
            BATCH,
            EPOCHS,
            LENGTH,
            WARMUP,
            SAVE,
            EVAL_EVERY,
            EVAL_BATCH,
            SEED,
            RANK,
            ALPHA,
            FIRST_LAYER,
            DROPOUT,
            DECAY,
            GRAD_NORM,
            MICRO,
        ] {
            assert!(!hint(name).is_empty(), "{name}");
        }
        assert_eq!(hint("nothing"), "");
    }
}
