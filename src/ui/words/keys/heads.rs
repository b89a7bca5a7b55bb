use crate::ui::words::key::keys;

keys! {
    heads;
    text {
        PICK, FLOW, FLOW_CAVEAT, WORKED, WORK_OUT, WORKED_NOTE, LOOKED_AT, STEP_SOFTMAX, KNOCK, KNOCK_ACT, KNOCKING,
        PICK_WORD, BY_LAYER, KNOCK_NOTE, LINKS, PRONOUN, NOUN, NO_WORD, LINKS_HOW, LINKS_PICK, LINKS_NOTE, AGAINST,
        AGAINST_ACT, AGAINST_BUSY, AGAINST_ALL_HEADS, AGAINST_PIECE, AGAINST_GRADIENT, AGAINST_WHY,
    }
    of {
        PRODUCTS_HEAD: [&str; 4],
        SOFTMAX_HEAD: [&str; 4],
        KNOCK_HEAD: [&str; 4],
        LINKS_HEAD: [&str; 4],
    }
    fn flow_of(piece: &str) -> String;
    fn flow_cell(layer: usize, piece: &str, share: &str) -> String;
    fn flow_line(layer: usize, list: &str) -> String;
    fn step_products(from: &str, to: &str, length: usize) -> String;
    fn others(count: usize) -> String;
    fn step_scale(dot: f64, root: f64, scaled: f64) -> String;
    fn step_share(share: &str, shown: Option<&str>) -> String;
    fn by_head(layer: usize) -> String;
    fn whole(piece: &str, share: &str, first: &str) -> String;
    fn links_found(pronoun: &str, noun: &str, strongest: usize, all: usize, chance: &str) -> String;
    fn times(ratio: f32) -> String;
    fn word_at(word: &str, number: usize) -> String;
    fn against_of(piece: &str, score: f32) -> String;
    fn agreement(head: &str, one: &str, all: &str, one_plain: &str, all_plain: &str) -> String;
    fn rho(value: Option<f64>) -> String;
    fn ranks_apart(piece: &str, attention: f64, gradient: f64, of: usize) -> String;
}
