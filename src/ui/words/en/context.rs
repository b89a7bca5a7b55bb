//! The words of the lesson on context.

use crate::ui::logic::number::count;

pub const KICKER: (&str, &str) =
    ("Lesson 4 · the article: ", "the same context-free representation in “bank account” and “bank of the river”");
pub const TITLE: &str = "One word, one vector? Not for long.";
pub const LEDE: &str = "In BERT's table a word has one row of numbers, its vector, whatever it stands for. Twelve layers then mix in the words around it. Watch the same word part from itself.";
pub const WORD: &str = "Word";
pub const ADD: &str = "+ sentence";
pub const FIGURE: &str = "How alike the word's vectors are";
pub const LAYER: &str = "Layer";
pub const INPUT: &str = "input";
pub const CELLS: &str = "Cosine between the sentences' vectors of the word";
pub const CELLS_NOTE: &str = "Cosine: 1 means the same direction, 0 nothing in common. Click a cell to follow that pair below; darker means more alike in this layer.";
pub const DRIFT: &str = "Layer by layer";
pub const LAYERS_AXIS: &str = "layer";
pub const OTHERS: &str = "other pairs";
pub const READ_NOTE: &str = "The masked-word head, made for the last layer, compares a vector with every piece of the vocabulary: these are the nearest, with their shares. On earlier layers it reads what it was not made for, so take their words as a hint.";

/// Heading of the words read in the vectors.
pub fn read(layer: &str) -> String {
    format!("Nearest words of the vocabulary, {layer}")
}

pub const MAP: &str = "Map";
pub const MAP_NOTE: &str = "The two directions in which these vectors differ most (principal components), and what share of all the difference each shows. What the shares leave out, the map cannot show.";
pub const TRY_BANK: &str = "bank";
pub const LOOK: &str = "Move the layer up from the input. Pairs of one meaning stay close; pairs of two meanings drift apart. Most of it happens well before the last layer.";
pub const LOOK_ONE: &str = "A word of one meaning, such as “Monday”, parts less →";
pub const ARTICLE: &str = "A model without context has one vector for “bank”. BERT makes each word's vector from the words on both sides of it, so “I accessed the bank account” gives “bank” a vector of its own.";
pub const MISLEADS: &str = "A high cosine does not prove one meaning. All of BERT's vectors point in somewhat the same direction, so compare cosines with each other, not with 1. And where the word stands (its position) and its grammar move a vector too.";
pub const TABLE_HEAD: [&str; 3] = ["point", "first", "second"];

pub fn sentence(number: usize) -> String {
    format!("Sentence {number}")
}

pub fn remove(number: usize) -> String {
    format!("Remove sentence {number}")
}

/// The word's row in the table.
pub fn row(word: &str, pieces: &[String], ids: &[u32]) -> String {
    let ids: Vec<String> = ids.iter().map(u32::to_string).collect();
    match pieces.len() {
        1 => format!(
            "In the table “{word}” is row {}, the same in every sentence: before the first layer, the only difference is where it stands.",
            ids[0]
        ),
        n => format!(
            "“{word}” is {}, {} (rows {}), the same in every sentence. Its vector here is their mean.",
            count(n, "piece", "pieces"),
            pieces.join(" "),
            ids.join(", ")
        ),
    }
}

pub fn not_found(word: &str, sentences: &[usize]) -> String {
    let list = sentences.iter().map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
    let which = if sentences.len() == 1 { "sentence" } else { "sentences" };
    format!("“{word}” does not stand in {which} {list} as a word of its own: nothing is compared there.")
}

pub const TOO_FEW: &str = "The word must stand in at least two sentences to be compared with itself.";

pub fn pair(i: usize, j: usize) -> String {
    format!("{i} – {j}")
}

pub fn cell(i: usize, j: usize, cosine: &str) -> String {
    format!("Sentences {i} and {j}: {cosine}")
}

pub fn layer_name(layer: usize) -> String {
    if layer == 0 { INPUT.into() } else { layer.to_string() }
}

/// What the slider says of itself.
pub fn layer_of(layer: usize, layers: usize) -> String {
    if layer == 0 { "the input, before the first layer".into() } else { format!("after layer {layer} of {layers}") }
}

pub fn now(pair: &str, from: &str, to: &str, layer: &str) -> String {
    format!("{pair}: {from} in the input, {to} at layer {layer}")
}

pub fn extremes(layer: &str, most: (usize, usize, String), least: (usize, usize, String)) -> String {
    format!(
        "At layer {layer} the most alike are sentences {} and {} (cosine {}), the least alike {} and {} ({}).",
        most.0, most.1, most.2, least.0, least.1, least.2
    )
}

pub fn axis(which: &str, share: &str) -> String {
    format!("{which} direction, {share} of the variance")
}

pub const AXES: [&str; 2] = ["first", "second"];

pub fn map_label(layer: &str, shares: [&str; 2]) -> String {
    format!(
        "Map of the vectors at layer {layer}; its directions show {} and {} of their variance",
        shares[0], shares[1]
    )
}
