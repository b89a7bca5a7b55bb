//! Words of the guesses that a visitor commits to before BERT's answer shows.

pub const START: &str = "Guess first";
pub const SKIP: &str = "Just show it";
pub const AGAIN: &str = "Guess again";
pub const WAIT: &str = "Your guess is kept. The answer is not in yet.";

pub fn judged(said: &str, right: bool) -> String {
    if right { format!("You said {said}: right.") } else { format!("You said {said}: not so.") }
}

pub fn which_side(word: &str) -> String {
    format!("Which side alone finds “{word}” with the smaller loss?")
}

pub const SIDES: [&str; 2] = ["the left side", "the right side"];

pub fn sides(left: &str, right: &str, both: &str) -> String {
    format!("The left side alone loses {left}, the right side alone {right}, both together {both}.")
}

pub fn nearest(word: &str, layer: &str) -> String {
    format!("Between which two sentences are the vectors of “{word}” most alike, {layer}?")
}

pub fn pair(one: usize, other: usize) -> String {
    format!("{one} and {other}")
}

pub fn nearest_told((i, j, cosine): (usize, usize, String), (k, l, least): (usize, usize, String)) -> String {
    format!("{i} and {j} have a cosine of {cosine}; least alike are {k} and {l}, {least}.")
}

pub fn looks_at(piece: &str, layer: usize, head: usize) -> String {
    format!("What does “{piece}” take most from in layer {layer}, head {head}?")
}

/// One of several pieces with the same text.
pub fn nth(piece: &str, number: usize) -> String {
    format!("{piece} ({number})")
}

pub const REVIEW: &str = "Is the review positive or negative, and how sure is BERT of it?";
pub const REVIEW_BANDS: [&str; 5] = [
    "negative, 90 % or more",
    "negative, 75 to 90 %",
    "neither reaches 75 %",
    "positive, 75 to 90 %",
    "positive, 90 % or more",
];

pub fn review(negative: &str, positive: &str) -> String {
    format!("BERT says negative with {negative} and positive with {positive}.")
}

pub fn which_part(word: &str) -> String {
    format!("Without which of these does “{word}”, the first guess at the blank, lose most of its probability?")
}

pub fn part_options(piece: &str) -> [String; 3] {
    [format!("the row of “{piece}” itself"), "all positions".into(), "all segments".into()]
}

pub fn parts_told(word: &str, whole: &str, [own, positions, segments]: [String; 3], piece: &str) -> String {
    format!(
        "“{word}” has {whole} as typed, {own} without the row of “{piece}”, {positions} without positions, {segments} without segments."
    )
}
