//! Words of the attention lesson's further figures: flow, one look worked out, silenced heads.

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
