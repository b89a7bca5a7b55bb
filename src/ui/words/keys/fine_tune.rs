pub mod changed;
pub mod data;
pub mod kept;
pub mod learning;
pub mod settings;

use crate::protocol::lab::{Hyperparameters, LabFailure, Part};
use crate::ui::words::key::keys;

keys! {
    fine_tune;
    text {
        TITLE, LEDE, LOOK, ARTICLE, MISLEADS, MISLEADS_LEAK, PATH, DONE, NOW, THE_ARTICLE, GOOGLES_CODE, HERE,
    }
    of {
        KICKER: (&str, &str),
        STAGES: [&str; 4],
        ANCHORS: [&str; 4],
        HAPPENS: [&str; 4],
    }
    fn questions_command(stage: usize, settings: Option<&Hyperparameters>, best: Option<usize>) -> String;
    fn command(stage: usize, settings: Option<&Hyperparameters>, best: Option<usize>) -> String;
    fn rate(value: f32) -> String;
    fn part(part: Part) -> &'static str;
    fn failure(failure: &LabFailure) -> String;
    fn rows(n: usize) -> String;
}
