pub mod changed;
pub mod data;
pub mod kept;
pub mod learning;
pub mod settings;

use crate::protocol::lab::{LabFailure, Part};
pub use crate::ui::words::commands::{command, questions_command, rate};
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
    fn part(part: Part) -> &'static str;
    fn failure(failure: &LabFailure) -> String;
    fn rows(n: usize) -> String;
}
