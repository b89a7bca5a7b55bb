use crate::protocol::{Change, Tokens};
use crate::ui::logic::heads::Habit;
use crate::ui::words::key::keys;

keys! {
    lessons;
    text {
        TRY, LOOK_FOR, ARTICLE_SAYS, MISLEADS, SENTENCE, TEXT_A, TEXT_B, ADD_SECOND, DROP_SECOND, DOWNLOAD,
        SEVERAL_PIECES,
    }
    fn look_for_shoes(with: &str, without: &str) -> String;
    fn stereotype_not(sentence: &str, he: &str, she: &str) -> String;
    fn misleads_doctor(he: &str, she: &str) -> String;
    fn blank_heading(shown: usize, vocabulary: usize, own: bool) -> String;
    fn rank(rank: &str) -> String;
    fn gap_number(number: usize) -> String;
    fn forget(word: &str) -> String;
    fn blank_words(sentence: Option<usize>, gap: Option<usize>, top: &[(String, String)]) -> String;
    fn own_word(word: &str, percent: &str, rank: u32) -> String;
    fn chain(word: &str, pieces: &[String], steps: &[String], whole: &str) -> String;
    fn own_word_pieces(word: &str, pieces: &[String]) -> String;
    fn taken(id: u32) -> String;
    fn match_heading(word: &str) -> String;
    fn token_counts(pieces: usize, limit: usize, segments: usize, unknown: usize) -> String;
    fn cut_notice(total: usize, limit: usize, last_words: &[String]) -> String;
    fn more_steps(more: usize) -> String;
    fn tokens_words(tokens: &Tokens) -> String;
    fn change(change: Change) -> &'static str;
    fn head_name(layer: usize, head: usize) -> String;
    fn look(from: &str, to: &str, share: &str) -> String;
    fn attention_lede(layer: usize, head: usize, from: &str, to: &str, share: &str) -> String;
    fn attention_heading(layer: usize, head: usize, piece: Option<&str>) -> String;
    fn attention_words(layer: usize, head: usize, piece: &str, list: &[(String, String)], of: usize) -> String;
    fn habit(habit: Habit) -> &'static str;
}

pub mod blank {
    use super::keys;

    keys! {
        lessons::blank;
        text {
            TITLE, LEDE, ONE, COMPARE, SECOND, OWN_WORD, ASK, CSV, CSV_BUSY, HINT, HIDE, SHOW, VIEW, FIGURE,
            TRY_SHOES, TRY_TWO, LOOK_BACK, ARTICLE, MISLEADS_LINK, STEREOTYPES, WARNING, STEREOTYPES_HEAD,
            SET_BESIDE, SEVERAL,
        }
        of {
            KICKER: (&str, &str),
        }
    }
}

pub mod tokens {
    use super::keys;

    keys! {
        lessons::tokens;
        text {
            TITLE, LEDE, PIECES, VIEW, STEPS, UNKNOWN, TABLE, CHANGED, UNCHANGED, PICK, ADDED, TYPED_SPECIAL,
            NOT_FOUND, TOO_LONG, LOOK, ARTICLE, MISLEADS, CLS_IS, CASE, CASE_LEDE, SEP_IS,
        }
        of {
            KICKER: (&str, &str),
            TRIES: [(&str, &str, Option<&str>); 4],
            CHANGED_HEAD: [&str; 3],
            TABLE_HEAD: [&str; 5],
        }
        fn case_name(lower_case: bool, of_model: bool) -> &'static str;
        fn case_counts(pieces: usize, unknown: usize) -> String;
        fn more_pieces(more: usize) -> String;
        fn case_note(lower_case: bool) -> &'static str;
    }
}

pub mod changes {
    use super::keys;

    keys! {
        lessons::changes;
        text {
            LOWER_CASE, ACCENTS, PUNCTUATION, CHINESE, CONTROL, TOO_LONG, NOT_IN_VOCABULARY,
        }
    }
}

pub mod attention {
    use super::keys;

    keys! {
        lessons::attention;
        text {
            TITLE, LEDE, FIGURE, VIEW, ARCS, ARCS_LABEL, STREET_TRY, BLOCKS_NOTE, VALUES, MATRIX, SPECIALS, LAYER,
            HEAD, ALL, ALL_NOTE, RECEIVED, RECEIVED_NOTE, BLOCKS, HABITS, HABITS_NOTE, LOOK, LOOK_LINK, ARTICLE,
            MISLEADS, PAIR_TRY, SPECIAL_GROUP, AXES, NO_LOOKS, PICK,
        }
        of {
            KICKER: (&str, &str),
            VALUES_HEAD: (&str, &str),
        }
    }
}
