use crate::ui::words::key::keys;

keys! {
    probe;
    fn hidden_word(word: &str) -> String;
    fn nats(loss: f32) -> String;
    fn view_words(view: &str, top: &[(String, String)], truth: Option<(&str, &str, &str)>) -> String;
    fn by_word_progress(done: usize, total: usize) -> String;
    fn too_many_words(pieces: usize, limit: usize) -> String;
    fn dimension(number: usize, of: usize) -> String;
    fn adds_up(values: [f32; 4]) -> String;
    fn positions_note(step: usize, limit: usize) -> String;
    fn number(value: f32) -> String;
    fn piece_at(piece: &str, position: usize) -> String;
    fn layer_name(number: usize) -> String;
    fn lens_words(layer: &str, word: &str, share: &str) -> String;
    fn millions(weights: u64) -> String;
}

pub mod directions {
    use super::keys;

    keys! {
        probe::directions;
        text {
            TITLE, LEDE, WORDS, VIEWS, LOSS, JOINED, BY_WORD, BY_WORD_NOTE, MEAN, FLOW, FLOW_VIEW, LOOK, ARTICLE,
            MISLEADS, AT_ONCE,
        }
        of {
            KICKER: (&str, &str),
            VIEW_HEAD: [&str; 3],
            NAMES: [&str; 5],
            BY_WORD_HEAD: [&str; 4],
            FLOWS: [&str; 3],
            FLOW_WORDS: [&str; 3],
        }
    }
}

pub mod input {
    use super::keys;

    keys! {
        probe::input;
        text {
            TITLE, LEDE, PIECES, STRIPS, STRIP_NOTE, DIMENSION, CHANGE, NOTHING, NO_WORD, NO_POSITIONS, NO_SEGMENTS,
            FLIP, FLIP_ALL, TRADE, TRADE_NONE, ANSWER, NO_BLANK, POSITIONS, POSITIONS_SVG, POSITION, LOOK, ARTICLE,
            MISLEADS,
        }
        of {
            KICKER: (&str, &str),
            NAMES: [&str; 5],
            STRENGTH_HEAD: [&str; 3],
            ANSWER_HEAD: [&str; 3],
            POSITIONS_HEAD: [&str; 2],
        }
    }
}

pub mod inside {
    use super::keys;

    keys! {
        probe::inside;
        text {
            TITLE, LEDE, DIAGRAM, TOTAL, LENS, LENS_NOTE, LENS_EMBEDDING, NO_BLANK, BLOCK, LAYER, HEAD, PIECES,
            LOOKS, TIME, TIME_NOTE, SIZES, HERE, ESTIMATE, MEASURED, SIZES_NOTE, LOOK, ARTICLE, MISLEADS,
        }
        of {
            KICKER: (&str, &str),
            DIAGRAM_HEAD: [&str; 4],
            PARTS: [&str; 4],
            LENS_HEAD: [&str; 3],
            BLOCK_NAMES: [&str; 5],
            LOOKS_HEAD: [&str; 3],
            SIZES_HEAD: [&str; 3],
            SIZES_ROWS: [&str; 6],
        }
    }
}
