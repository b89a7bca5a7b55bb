//! The words of the Fine-tune lesson.

pub mod changed;
pub mod data;
pub mod kept;
pub mod learning;
pub mod settings;

use crate::protocol::lab::{LabFailure, Part};
use crate::ui::logic::model::with_names;
use crate::ui::logic::number::grouped;

pub const KICKER: (&str, &str) = ("Lesson 13 · the article: ", "fine-tune BERT for a specific task");
pub const TITLE: &str = "Teach BERT your own labels, here.";
pub const LEDE: &str = "Drop a file of texts with labels. BERT's weights stay as they are; a small adapter beside them learns your labels, step by step, on this device. Of a small model you may train all weights instead. The file never leaves it.";

pub const LOOK: &str = "Pin a sentence of your own before you start and watch its answer while the model learns. The loss falls in steps, not in a line: each step sees other examples.";
pub const ARTICLE: &str = "The article rents a cloud machine, turns Yelp's reviews into train.tsv, dev.tsv and test.tsv, and trains all 110 million weights for hours. Here a low-rank adapter of about one in a hundred as many values is trained, by the same steps with the same names.";
pub const MISLEADS: &str = "A validation accuracy is measured on few rows: of 30 rows, one is more than 3 %. And an accuracy says nothing of texts of another kind than those in the file.";
pub const MISLEADS_LEAK: &str = "A text that stands in train and in validation makes the validation look better than it is. The page counts such leaks and leaves them to you.";

// ---------------------------------------------------------------------------------- the path

pub const PATH: &str = "The article's path";
pub const DONE: &str = "done";
pub const NOW: &str = "now";
pub const STAGES: [&str; 4] = ["Prepare data", "Train", "Evaluate", "Predict"];
pub const ANCHORS: [&str; 4] = ["lab-data", "lab-train", "lab-evaluate", "lab-kept"];
pub const THE_ARTICLE: &str = "The article:";
/// Of questions, which the article tells of but does not train.
pub const GOOGLES_CODE: &str = "Google's code:";
pub const HERE: &str = "Here:";
pub const HAPPENS: [&str; 4] = [
    "The file is read where it lies, split with a seed, and each row is told that cannot be read.",
    "The same loop with the same settings, on your GPU or CPU. Close the page and go on later.",
    "Validation runs every few steps; the confusion matrix opens its rows.",
    "The test rows by the best checkpoint, as test_results.tsv; any text you type, live.",
];

pub fn part(part: Part) -> &'static str {
    match part {
        Part::Train => "train",
        Part::Validation => "validation",
        Part::Test => "test",
    }
}

// ----------------------------------------------------------------------------- what went wrong

/// What happened, then what the visitor can do.
pub fn failure(failure: &LabFailure) -> String {
    match failure {
        LabFailure::Unreadable { file } => {
            format!("The browser could not read “{file}”: it was moved or changed. Choose it again.")
        }
        LabFailure::Data(e) => data::refused(e),
        LabFailure::Setting(e) => settings::refused(e),
        LabFailure::NoData => "There is nothing to train on. Choose a file with labels first.".into(),
        LabFailure::OtherFile { first, other } => {
            format!("“{first}” and “{other}” do not go together: one has pairs of texts, the other single ones.")
        }
        LabFailure::Import { reason } => {
            let reason = with_names(reason);
            format!(
                "This is no adapter for this page: {reason}. Choose one made here, or the two files of a PEFT folder made from this page's base."
            )
        }
        LabFailure::Gone => "That is no longer kept in this browser. The list below is as it is now.".into(),
        LabFailure::Kept { reason } => format!(
            "The browser keeps no more for this page ({reason}). Delete a model below, or export what you need: it stays usable until the page is closed."
        ),
        LabFailure::Running => "A run is under way. Pause or stop it first.".into(),
        LabFailure::NoRoom(room) => settings::room(room),
    }
}

/// `1,204 rows`
pub fn rows(n: usize) -> String {
    format!("{} {}", grouped(n as u64), if n == 1 { "row" } else { "rows" })
}
