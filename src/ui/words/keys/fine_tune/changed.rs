use crate::ui::words::key::keys;

keys! {
    fine_tune::changed;
    text {
        TITLE, SHOW, COST, LAYER, WEIGHTS, WEIGHTS_NOTE, HEAD_ALONE, ATTENTION_NOTE, MAP, MAP_NOTE,
    }
    of {
        LINEARS: [&str; 6],
        SIDES: [&str; 2],
        SIDE_IDS: [&str; 2],
        MAP_HEAD: [&str; 6],
    }
    fn attention(text: &str) -> String;
    fn progress(read: usize, of: usize) -> String;
    fn axis(number: usize, share: f64) -> String;
    fn near(own: usize, of: usize) -> String;
    fn point(line: usize, label: &str) -> String;
}
