//! Words of the attention lesson's further figures: flow, one look worked out, silenced heads, links, gradients.

pub const PICK: &str = "Pick a piece above.";
pub const FLOW: &str = "Through all layers: rollout";
pub const FLOW_CAVEAT: &str = "Rollout takes the mean of all heads, lets half of each vector be carried past the layer, and multiplies the layers up (Abnar and Zuidema, 2020). It is a rough map: it counts where heads looked, not what they took there, and leaves out all that happens between. It shows what could have flowed, not why BERT answers as it does.";

pub fn flow_of(piece: &str) -> String {
    format!("Rows are layers, columns the pieces that went in: darker means that more of “{piece}” comes from there.")
}

pub fn flow_cell(layer: usize, piece: &str, share: &str) -> String {
    format!("after layer {layer}, {share} from “{piece}”")
}

pub fn flow_line(layer: usize, list: &str) -> String {
    format!("After layer {layer}: {list}.")
}

pub const WORKED: &str = "One look, worked out";
pub const WORK_OUT: &str = "Work it out";
pub const WORKED_NOTE: &str = "A head makes two short vectors of each piece: a query, what it looks for, and a key, what it offers. Their product is the score of a look. These are this head's own, asked from the engine just now.";
pub const LOOKED_AT: &str = "Looked at";
pub const PRODUCTS_HEAD: [&str; 4] = ["dimension", "query", "key", "product"];
pub const STEP_SOFTMAX: &str =
    "3. The same for every piece; the softmax turns the scores into shares that sum to 100 %.";
pub const SOFTMAX_HEAD: [&str; 4] = ["takes from", "query · key", "divided", "share"];

pub fn step_products(from: &str, to: &str, length: usize) -> String {
    format!("1. The query of “{from}” times the key of “{to}”, number by number, {length} products; the largest:")
}

pub fn others(count: usize) -> String {
    format!("{count} others")
}

pub fn step_scale(dot: f64, root: f64, scaled: f64) -> String {
    format!("2. Their sum is {dot:.2}; divided by {root:.2}, the root of the vectors' length, {scaled:.2}.")
        .replace('-', "−")
}

pub fn step_share(share: &str, shown: Option<&str>) -> String {
    match shown {
        Some(shown) => format!("The share is {share}; the figure above, from the engine's own softmax, says {shown}."),
        None => format!("The share is {share}."),
    }
}

pub const KNOCK: &str = "What is lost without it?";
pub const KNOCK_ACT: &str = "Hide the picked piece and silence heads";
pub const KNOCKING: &str = "Silencing…";
pub const PICK_WORD: &str = "Pick a piece of the text above, not [CLS] or [SEP]: it is hidden and asked for back.";
pub const BY_LAYER: &str = "Without the attention of layer …";
pub const KNOCK_HEAD: [&str; 4] = ["silent", "left", "points", "first guess"];
pub const KNOCK_NOTE: &str = "A silent head adds nothing to its layer; all else runs as ever. BERT was never trained with a head missing, so this is a knock-out, not what a smaller model would do. A head whose silence costs nothing may still be needed: others can do the same.";

pub fn by_head(layer: usize) -> String {
    format!("Without one head of layer {layer}")
}

pub fn whole(piece: &str, share: &str, first: &str) -> String {
    format!("Hidden and asked for back, “{piece}” gets {share} from the whole BERT; its first guess is “{first}”.")
}

pub const LINKS: &str = "Which heads link a pronoun to its noun?";
pub const PRONOUN: &str = "Pronoun";
pub const NOUN: &str = "stands for";
pub const NO_WORD: &str = "–";
pub const LINKS_HOW: &str = "Guessed without grammar: the first he, she, it, they or the like, and the first word after an article before it. Choose others where the guess is wrong.";
pub const LINKS_PICK: &str =
    "No pronoun with a noun before it was found in this text. Choose two words, or try a sentence that has them.";
pub const LINKS_HEAD: [&str; 4] = ["head", "to its noun", "times chance", "from the other pieces"];
pub const LINKS_NOTE: &str = "Measured on this text alone. Chance is the share where a head looks at all pieces alike. Where the other pieces give the noun as much as the pronoun does, the head likes that word, whoever asks. Clark and others (2019) found heads of this kind over many texts; one sentence is an example, not a proof that a head resolves pronouns.";

pub fn links_found(pronoun: &str, noun: &str, strongest: usize, all: usize, chance: &str) -> String {
    format!(
        "In {strongest} of {all} heads “{pronoun}” takes more from “{noun}” than from any other piece. By chance “{noun}” would get {chance}; these give it most:"
    )
}

pub fn times(ratio: f32) -> String {
    format!("{ratio:.1} ×")
}

pub fn word_at(word: &str, number: usize) -> String {
    format!("{number}. {word}")
}

pub const AGAINST: &str = "Attention against gradient";
pub const AGAINST_ACT: &str = "Hide the picked piece and compare";
pub const AGAINST_BUSY: &str = "Going back through the layers…";
pub const AGAINST_ALL_HEADS: &str = "all heads";
pub const AGAINST_PIECE: &str = "piece";
pub const AGAINST_GRADIENT: &str = "gradient × input";
pub const AGAINST_WHY: &str = "Neither is the explanation. Attention tells where heads looked from the hidden place, not what they took nor what became of it later. The gradient tells how the answer would move if one vector shrank a little and all else stayed, and BERT is not straight. They ask different things, so they may well disagree.";

pub fn against_of(piece: &str, score: f32) -> String {
    format!("One piece is hidden. Left, what its place takes from each piece; right, how much the score of “{piece}” there, its logit of {score:.2}, hangs on each piece: the gradient of the score times what enters the first layer. Below 0 the piece speaks against “{piece}”.").replace('-', "−")
}

pub fn agreement(head: &str, one: &str, all: &str, one_plain: &str, all_plain: &str) -> String {
    format!(
        "Rank agreement with gradient × input, by size (Spearman’s ρ; 1 the same order, 0 none, −1 the reverse): head {head} {one}, the mean of all heads {all}. Without [CLS] and [SEP]: {one_plain} and {all_plain}."
    )
}

pub fn rho(value: Option<f64>) -> String {
    value.map_or("—".into(), |v| format!("{v:.2}").replace('-', "−"))
}

pub fn ranks_apart(piece: &str, attention: f64, gradient: f64, of: usize) -> String {
    format!(
        "Furthest apart: “{piece}”, number {attention} of {of} by the mean of all heads, number {gradient} by gradient × input."
    )
}
