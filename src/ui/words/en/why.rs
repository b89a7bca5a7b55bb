//! The words of the lesson on pre-training once and fine-tuning often.

use crate::ui::logic::number::count;

pub const KICKER: (&str, &str) =
    ("Lesson 1 · the article: ", "the pre-trained model can then be fine-tuned on small-data tasks");
pub const TITLE: &str = "Why learn to read before learning a job?";
pub const LEDE: &str = "Labelled examples are few; plain text is endless. BERT first learned language from text alone, once, at great cost. Each job then takes a small addition and minutes. This page is built that way: one base, and an adapter for each lesson that needs one.";
pub const FIGURE: &str = "One base, many jobs";
pub const TASKS: &str = "Jobs";
pub const SHARED: &str = "one base and an adapter for each job";
pub const APART: &str = "a BERT of its own for each job";
pub const ESTIMATE: &str = "Adapters beyond ours are counted as large as the largest of ours (estimate). A BERT of its own is counted in this page's 4 bits.";
pub const PARTS: &str = "What this page runs on";
pub const PARTS_HEAD: [&str; 4] = ["part", "weighs", "share", "trained by"];
pub const BASE: &str = "BERT-Base";
pub const BASE_BY: &str =
    "Google, 2018: 4 days on 4 Cloud TPUs (BERT's authors), on Wikipedia and thousands of books, no labels";
/// Name in the list of adapters, what people call it, what its training took.
pub const ADAPTERS: [(&str, &str, &str); 3] = [
    ("sentiment", "Sentiment", "us: a few hours on one processor core (recorded), labelled reviews"),
    ("answers", "Ask a text", "us: three hours on a shared core (recorded), questions with answers"),
    ("next-sentence", "Next sentence", "us: minutes (recorded); the base already knew, a last layer was missing"),
];
pub const NOT_IN: &str = "not in yet";
pub const YOURS: &str = "Yours";
pub const YOURS_BY: &str = "you, in minutes, on this device";
pub const YOURS_LINK: &str = "Train one →";
pub const LOOK: &str = "Move the slider. With a base shared, the tenth job costs hardly more than the first. The base is loaded once when the page opens; an adapter only when its lesson asks for it.";
pub const ARTICLE: &str = "A shortage of training data is the great challenge: most tasks have a few thousand labelled examples. Pre-training on plain text closes the gap, and fine-tuning then takes hours or less.";
pub const MISLEADS: &str = "The article fine-tunes all of BERT's weights, so that each job ends as a whole BERT. Adapters came later (LoRA, 2021): they keep the base as it is and come close, not always up to it. And what the base never read, no adapter of this size teaches it.";

/// The figure in a sentence.
pub fn told(tasks: usize, shared: &str, apart: &str) -> String {
    format!("For {}: {shared} with one base and adapters, {apart} with a BERT for each.", count(tasks, "job", "jobs"))
}
