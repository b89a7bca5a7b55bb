use crate::ui::words::key::keys;

keys! {
    context;
    text {
        TITLE, LEDE, WORD, ADD, FIGURE, LAYER, INPUT, CELLS, CELLS_NOTE, DRIFT, LAYERS_AXIS, OTHERS, READ_NOTE, MAP,
        MAP_NOTE, TRY_BANK, LOOK, LOOK_ONE, ARTICLE, MISLEADS, TOO_FEW,
    }
    of {
        KICKER: (&str, &str),
        TABLE_HEAD: [&str; 3],
        AXES: [&str; 2],
    }
    fn read(layer: &str) -> String;
    fn sentence(number: usize) -> String;
    fn remove(number: usize) -> String;
    fn row(word: &str, pieces: &[String], ids: &[u32]) -> String;
    fn not_found(word: &str, sentences: &[usize]) -> String;
    fn pair(i: usize, j: usize) -> String;
    fn cell(i: usize, j: usize, cosine: &str) -> String;
    fn layer_name(layer: usize) -> String;
    fn layer_of(layer: usize, layers: usize) -> String;
    fn now(pair: &str, from: &str, to: &str, layer: &str) -> String;
    fn extremes(layer: &str, most: (usize, usize, String), least: (usize, usize, String)) -> String;
    fn axis(which: &str, share: &str) -> String;
    fn map_label(layer: &str, shares: [&str; 2]) -> String;
}
