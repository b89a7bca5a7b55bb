use crate::ui::words::key::keys;

keys! {
    features;
    text {
        TITLE, LEDE, LINES, TRY_OPENING, VECTORS, LAYERS, LAYER, FIGURE, FIGURE_NOTE, NO_FIGURE, NUMBERS, CSV, NPY,
        NAMES, NPY_NOTE, READ, CANCEL, LOOK, ARTICLE, MISLEADS,
    }
    of {
        KICKER: (&str, &str),
        VECTORS_OF: [&str; 4],
        LAYERS_OF: [&str; 3],
        HEAD: [&str; 3],
    }
    fn size(rows: usize, width: usize, by_piece: bool) -> String;
    fn cut(lines: usize, limit: usize) -> String;
    fn reading(done: usize, total: usize) -> String;
    fn waiting(lines: usize) -> String;
    fn shown(rows: usize, of: usize) -> String;
    fn closest(i: usize, j: usize, cosine: &str) -> String;
}
