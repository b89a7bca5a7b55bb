//! The words of the lesson on features.

use crate::ui::logic::number::{count, grouped};

pub const KICKER: (&str, &str) =
    ("Lesson 14 · the article: ", "extract high quality language features from your text data");
pub const TITLE: &str = "Take BERT's numbers with you";
pub const LEDE: &str = "BERT need not be trained further to be of use. Each text it reads becomes a row of numbers, a vector, and vectors of like texts are alike. Search, grouping and simple classifiers start from them. Paste lines, choose what the vector is made of, and take the table away.";
pub const LINES: &str = "Lines, each a text of its own";
pub const TRY_OPENING: &str = "the opening";
pub const VECTORS: &str = "One vector";
pub const VECTORS_OF: [&str; 4] = ["[CLS]", "mean of the pieces", "pooled", "for each piece"];
pub const LAYERS: &str = "Made of";
pub const LAYERS_OF: [&str; 3] = ["one layer", "the last four, added", "the last four, joined"];
pub const LAYER: &str = "Layer";
pub const FIGURE: &str = "How alike the lines are";
pub const FIGURE_NOTE: &str =
    "Cosine of the lines' vectors: 1 means the same direction. Darker means more alike, among those shown.";
pub const NO_FIGURE: &str = "Each piece has a vector of its own here: take them away as a table.";
pub const NUMBERS: &str = "The numbers";
pub const HEAD: [&str; 3] = ["text", "line", "piece"];
pub const CSV: &str = "Download CSV";
pub const NPY: &str = "Download NumPy";
pub const NAMES: &str = "Download the rows' names";
pub const NPY_NOTE: &str =
    "In Python: numpy.load(\"features.npy\"). Its rows are the table's, in order; its numbers are 32-bit floats.";
pub const READ: &str = "Read the lines";
pub const CANCEL: &str = "Cancel";
pub const LOOK: &str = "The first and second line speak of money, the third and fourth of weather, the last two of books. By the mean vectors the nearest line of each is its partner. Switch to [CLS], and half of them pick another: nobody trained it for likeness.";
pub const ARTICLE: &str = "Besides fine-tuning, BERT can be used as it is, to extract language features from text. BERT's authors did so for finding names: all weights kept, a small network on top. The last four layers joined gave 96.1 F1, their weighted sum 95.9, the last layer alone 94.9, the input's table 91.0; fine-tuning gave 96.4 (their figures, CoNLL-2003, development set).";
pub const MISLEADS: &str = "All of BERT's vectors point in somewhat the same direction, so even unlike lines have a high cosine: compare cosines with each other. And BERT was not trained to give like sentences like vectors. Models made for search are BERTs trained further for exactly that.";

/// `6 texts, each 768 numbers`
pub fn size(rows: usize, width: usize, by_piece: bool) -> String {
    let rows = if by_piece { count(rows, "piece", "pieces") } else { count(rows, "text", "texts") };
    format!("{rows}, each {} numbers", grouped(width as u64))
}

/// Said of lines longer than the model reads.
pub fn cut(lines: usize, limit: usize) -> String {
    let were = if lines == 1 { "was" } else { "were" };
    format!("{} {were} cut after {limit} pieces.", count(lines, "line", "lines"))
}

pub fn reading(done: usize, total: usize) -> String {
    format!("{} of {} lines read", grouped(done as u64), grouped(total as u64))
}

pub fn waiting(lines: usize) -> String {
    format!("{} are ready to be read.", count(lines, "line", "lines"))
}

pub fn shown(rows: usize, of: usize) -> String {
    format!("The first {rows} of {} rows, five numbers each.", grouped(of as u64))
}

/// The lines most alike, by number.
pub fn closest(i: usize, j: usize, cosine: &str) -> String {
    format!("Most alike: lines {i} and {j}, cosine {cosine}.")
}
