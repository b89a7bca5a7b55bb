//! The words of each lesson.

use crate::ui::logic::heads::Habit;
use crate::ui::logic::number::{count, grouped};

pub const TRY: &str = "Try";
pub const LOOK_FOR: &str = "What to look for";
pub const ARTICLE_SAYS: &str = "The article says";
pub const MISLEADS: &str = "Where this misleads";
pub const SENTENCE: &str = "Sentence";
pub const TEXT_A: &str = "First text";
pub const TEXT_B: &str = "Second text";
pub const ADD_SECOND: &str = "+ second text";
pub const DROP_SECOND: &str = "Remove the second text";
pub const DOWNLOAD: &str = "Download CSV";

pub mod blank {
    pub const KICKER: (&str, &str) = ("Lesson 2 · the article: ", "fill in the blank");
    pub const TITLE: &str = "What would you put in the gap?";
    pub const LEDE: &str = "Hide a word and BERT weighs each of its 30,522 pieces at once, reading the words on both sides of the gap. Click any word to hide it.";
    pub const ONE: &str = "One";
    pub const COMPARE: &str = "Compare two";
    pub const SECOND: &str = "Second sentence";
    pub const OWN_WORD: &str = "Your own word";
    pub const ASK: &str = "Ask";
    pub const CSV: &str = "All 30,522 as CSV";
    pub const CSV_BUSY: &str = "Gathering 30,522…";
    pub const HINT: &str = "Click a word to hide it, a filled gap to bring the word back.";
    pub const HIDE: &str = "Hide this word";
    pub const SHOW: &str = "Bring the word back";
    pub const VIEW: &str = "Sentences";
    pub const FIGURE: &str = "BERT's answer";
    pub const TRY_SHOES: &str = "a [MASK] of shoes";
    pub const TRY_TWO: &str = "two gaps";
    pub const LOOK_BACK: &str = "Compare the two →";
    pub const ARTICLE: &str = "The article draws “cart” at 20 % and “pair” at 80 %, as an illustration. The real model is surer, and does not believe in carts of shoes.";
    pub const MISLEADS_LINK: &str = "Set them side by side →";
    pub const STEREOTYPES: &str = "What it learned along the way";
    pub const WARNING: &str = "Warning: these pairs show stereotypes about women and men. They are not facts and not our view: BERT counts what was written in the books and articles it read, and repeats their prejudice. Whoever builds on such a model builds on that too.";
    pub const STEREOTYPES_HEAD: &str = "sentence";
    pub const SET_BESIDE: &str = "Side by side →";
    pub const SEVERAL: &str =
        "Each gap is filled alone, as if the others stayed open: the words need not fit together.";
}

pub fn look_for_shoes(with: &str, without: &str) -> String {
    format!("Delete “of shoes” and “pair” falls from {with} to {without} (recorded): the words after the gap decided.")
}

/// The exception that is shown with the rule.
pub fn stereotype_not(sentence: &str, he: &str, she: &str) -> String {
    format!("It is no fixed rule: in “{sentence}” BERT prefers “he” ({he}) to “she” ({she}).")
}

pub fn misleads_doctor(he: &str, she: &str) -> String {
    format!(
        "Likely is not true. BERT repeats what was often written, prejudice included: the doctor is “he” at {he}, the nurse “she” at {she} (recorded)."
    )
}

/// Heading of the bars.
pub fn blank_heading(shown: usize, vocabulary: usize, own: bool) -> String {
    let tail = if own { ", and your word" } else { "" };
    format!("{shown} likeliest of {}{tail}", grouped(vocabulary as u64))
}

pub fn rank(rank: &str) -> String {
    format!("rank {rank}")
}

pub fn gap_number(number: usize) -> String {
    format!("Gap {number}")
}

pub fn forget(word: &str) -> String {
    format!("Ask about “{word}” no more")
}

pub fn blank_words(sentence: Option<usize>, gap: Option<usize>, top: &[(String, String)]) -> String {
    let gap = gap.map_or("the gap".to_owned(), |n| format!("gap {n}"));
    let gap = sentence.map_or(gap.clone(), |n| format!("{gap} of sentence {n}"));
    let mut list = top.iter().map(|(word, percent)| format!("“{word}” at {percent}"));
    let first = list.next().unwrap_or_default();
    format!("BERT fills {gap} with {first}, then {}.", list.collect::<Vec<_>>().join(", "))
}

pub fn own_word(word: &str, percent: &str, rank: u32) -> String {
    format!("Your word “{word}” gets {percent}, rank {}.", grouped(u64::from(rank)))
}

pub const SEVERAL_PIECES: &str = "in pieces";

/// How the share of a word of several pieces came about.
pub fn chain(word: &str, pieces: &[String], steps: &[String], whole: &str) -> String {
    let named = pieces.iter().zip(steps).map(|(p, s)| format!("{p} {s}")).collect::<Vec<_>>().join(" × ");
    format!(
        "“{word}” is {} pieces, so it is asked in as many gaps, each once the pieces before it stand: {named} = {whole}. BERT knows there that the word has {} pieces, so do not rank it among words of one.",
        pieces.len(),
        pieces.len()
    )
}

pub fn own_word_pieces(word: &str, pieces: &[String]) -> String {
    if pieces.is_empty() {
        return format!("“{word}” is no word that BERT could read.");
    }
    format!(
        "“{word}” is {} pieces ({}): one gap holds one piece, so it has no single probability.",
        pieces.len(),
        pieces.join(" ")
    )
}

pub mod tokens {
    pub const KICKER: (&str, &str) =
        ("Lesson 6 · the article: ", "a [CLS] token is added … and a [SEP] token is inserted");
    pub const TITLE: &str = "How does text become pieces?";
    pub const LEDE: &str = "BERT knows 30,522 pieces. A word it lacks is cut, from the left, into the longest pieces it has. Pick a piece to see how it came about.";
    pub const PIECES: &str = "Pieces";
    pub const VIEW: &str = "Show as";
    pub const STEPS: &str = "How a piece came about";
    pub const UNKNOWN: &str =
        "No piece fits some letter of it, so the whole word becomes [UNK]: BERT sees that there was a word, not which.";
    pub const TRIES: [(&str, &str, Option<&str>); 4] = [
        ("the opening", crate::ui::logic::openings::TOKENS.0, Some(crate::ui::logic::openings::TOKENS.1)),
        ("accents and capitals", "Crème brûlée in Zürich, SÃO PAULO and İstanbul", None),
        ("other scripts", "北京 is the capital of 中国. Привет! 🙂👩‍🚀", None),
        ("long words", "Antidisestablishmentarianism is floccinaucinihilipilification.", None),
    ];
    pub const TABLE: &str = "Table";
    pub const CHANGED: &str = "What was changed first";
    pub const CHANGED_HEAD: [&str; 3] = ["as typed", "as read", "why"];
    pub const UNCHANGED: &str = "Nothing: every word was read as it was typed.";
    pub const TABLE_HEAD: [&str; 5] = ["position", "piece", "id", "segment", "from"];
    pub const PICK: &str = "Pick a piece above: its steps come here.";
    pub const ADDED: &str = "This piece stands in no text: BERT's input format adds it.";
    pub const TYPED_SPECIAL: &str = "You typed this special piece yourself: it is taken whole, without any matching.";
    pub const NOT_FOUND: &str = "not in the vocabulary";
    pub const TOO_LONG: &str = "Longer than 100 characters: BERT does not look at it and writes [UNK].";
    pub const LOOK: &str = "“##” means: goes on without a space. It is another piece than the same letters at a word's start, with another id and another vector.";
    pub const ARTICLE: &str = "[CLS] opens every input and stands for the whole of it; [SEP] closes each text; the segment tells the first text from the second.";
    pub const MISLEADS: &str = "Pieces are not syllables or stems. They are what was frequent when the vocabulary was made; a longest match from the left can cut a word where no speaker would.";
    pub const CLS_IS: &str = "[CLS] opens every input. What BERT makes of it stands for the whole text.";
    pub const CASE: &str = "Cased or uncased";
    pub const CASE_LEDE: &str = "A vocabulary belongs to one way of reading letters. The setting do_lower_case must say which: here the same text goes both ways, through the same vocabulary.";

    pub fn case_name(lower_case: bool, of_model: bool) -> &'static str {
        match (lower_case, of_model) {
            (true, true) => "Lower-cased, as this model was trained (do_lower_case = true)",
            (false, true) => "As it stands, as this model was trained (do_lower_case = false)",
            (true, false) => "Lower-cased all the same (do_lower_case = true)",
            (false, false) => "As it stands all the same (do_lower_case = false)",
        }
    }

    pub fn case_counts(pieces: usize, unknown: usize) -> String {
        let unknown = if unknown == 0 { "none unknown".into() } else { format!("{unknown} unknown") };
        format!("{}, {unknown}", super::count(pieces, "piece", "pieces"))
    }

    pub fn more_pieces(more: usize) -> String {
        format!("… and {}.", super::count(more, "piece", "pieces"))
    }

    pub fn case_note(lower_case: bool) -> &'static str {
        if lower_case {
            "This vocabulary has no capitals: with the wrong setting every word that has one is unknown, and BERT reads [UNK]. Nothing warns you; the answers just get worse. Uncased is the usual choice; where a capital tells a name from a word (names, German nouns), a cased model is better."
        } else {
            "This vocabulary has capitals and accents of its own: “Paris” and “paris” are different pieces with different vectors. With the wrong setting nothing is unknown, but names read like words, and accents are lost."
        }
    }

    pub const SEP_IS: &str = "[SEP] closes each text, so that two texts stay apart.";
}

pub fn taken(id: u32) -> String {
    format!("taken, id {id}")
}

pub fn match_heading(word: &str) -> String {
    format!("Longest match for “{word}”")
}

/// `23 pieces of at most 512 · 2 segments · 1 unknown`
pub fn token_counts(pieces: usize, limit: usize, segments: usize, unknown: usize) -> String {
    let mut text = format!("{} of at most {limit}", count(pieces, "piece", "pieces"));
    text += &format!(" · {}", count(segments, "segment", "segments"));
    if unknown > 0 {
        text += &format!(" · {} unknown", grouped(unknown as u64));
    }
    text
}

pub fn cut_notice(total: usize, limit: usize, last_words: &[String]) -> String {
    let ends = last_words.iter().map(|w| format!("“…{w}”")).collect::<Vec<_>>().join(" and ");
    format!("This text has {}; BERT reads {limit}. Reading stopped after {ends}.", count(total, "piece", "pieces"))
}

pub fn more_steps(more: usize) -> String {
    format!("… and {} more tries.", grouped(more as u64))
}

/// The pieces, read aloud.
pub fn tokens_words(tokens: &crate::protocol::Tokens) -> String {
    let list = |segment| {
        let of = tokens.pieces.iter().filter(|p| p.segment == segment).map(|p| format!("{} ({})", p.text, p.id));
        of.collect::<Vec<_>>().join(", ")
    };
    match (list(0), list(1)) {
        (a, b) if a.is_empty() && b.is_empty() => String::new(),
        (a, b) if b.is_empty() => format!("Piece and id, in order: {a}."),
        (a, b) => format!("Piece and id, in order. Segment A: {a}. Segment B: {b}."),
    }
}

pub mod changes {
    pub const LOWER_CASE: &str = "lower case";
    pub const ACCENTS: &str = "accents dropped";
    pub const PUNCTUATION: &str = "punctuation stands alone";
    pub const CHINESE: &str = "Chinese characters stand alone";
    pub const CONTROL: &str = "control characters dropped";
    pub const TOO_LONG: &str = "over 100 characters: not read";
    pub const NOT_IN_VOCABULARY: &str = "no piece for it";
}

pub fn change(change: crate::protocol::Change) -> &'static str {
    use crate::protocol::Change;
    match change {
        Change::LowerCase => changes::LOWER_CASE,
        Change::Accents => changes::ACCENTS,
        Change::Punctuation => changes::PUNCTUATION,
        Change::Chinese => changes::CHINESE,
        Change::Control => changes::CONTROL,
        Change::TooLong => changes::TOO_LONG,
        Change::NotInVocabulary => changes::NOT_IN_VOCABULARY,
    }
}

pub mod attention {
    pub const KICKER: (&str, &str) =
        ("Lesson 5 · the article: ", "immediately pay attention to the word “river” … in just one step");
    pub const TITLE: &str = "Which bank? One look at the river decides.";
    pub const LEDE: &str = "In each of twelve layers, each of twelve heads lets every piece take from every other.";
    pub const FIGURE: &str = "One head";
    pub const VIEW: &str = "Draw as";
    pub const ARCS: &str = "Arcs";
    pub const ARCS_LABEL: &str = "Pieces of the text; pick one to see what it takes from";
    pub const STREET_TRY: &str = "… crossing the street.";
    pub const BLOCKS_NOTE: &str = "mean share that a piece of the row's text takes from each, in this head";
    pub const VALUES: &str = "All shares of the picked piece";
    pub const VALUES_HEAD: (&str, &str) = ("takes from", "share");
    pub const MATRIX: &str = "Matrix";
    pub const SPECIALS: &str = "show [CLS] [SEP]";
    pub const LAYER: &str = "Layer";
    pub const HEAD: &str = "Head";
    pub const ALL: &str = "All 144 heads";
    pub const ALL_NOTE: &str = "row = layer, column = head; pick one";
    pub const RECEIVED: &str = "Pieces that receive most";
    pub const RECEIVED_NOTE: &str = "mean over all pieces, in this head";
    pub const BLOCKS: &str = "Between the two texts";
    pub const HABITS: &str = "Heads that do a thing here";
    pub const HABITS_NOTE: &str = "measured on this text alone";
    pub const LOOK: &str =
        "Change “river” to “street” and the same head finds nothing to take: it rests on [SEP] and [CLS].";
    pub const LOOK_LINK: &str = "Try it →";
    pub const ARTICLE: &str = "Every word can look at every other in one step, to both sides, where a recurrent network would have to carry it along.";
    pub const MISLEADS: &str = "Attention is where a head looked, not why BERT answered. Many heads rest on [SEP] when they have nothing to do.";
    pub const PAIR_TRY: &str = "a pair of texts";
    pub const SPECIAL_GROUP: &str = "[CLS] [SEP]";
    pub const AXES: &str = "row = looking, column = looked at";
    pub const NO_LOOKS: &str =
        "Between these pieces this head does not look much. Show [CLS] and [SEP], or choose another head.";
    pub const PICK: &str = "Pick a piece to see what it takes from; Esc releases it.";
}

pub fn head_name(layer: usize, head: usize) -> String {
    format!("Layer {layer}, head {head}")
}

/// One cell of the matrix.
pub fn look(from: &str, to: &str, share: &str) -> String {
    format!("“{from}” takes {share} from “{to}”")
}

pub fn attention_lede(layer: usize, head: usize, from: &str, to: &str, share: &str) -> String {
    format!("In layer {layer}, head {head}, “{from}” takes {share} from “{to}”.")
}

pub fn attention_heading(layer: usize, head: usize, piece: Option<&str>) -> String {
    match piece {
        Some(piece) => format!("Layer {layer}, head {head}: what “{piece}” takes from"),
        None => format!("Layer {layer}, head {head}: the strongest looks"),
    }
}

pub fn attention_words(layer: usize, head: usize, piece: &str, list: &[(String, String)], of: usize) -> String {
    let named = list.iter().map(|(p, share)| format!("“{p}” {share}")).collect::<Vec<_>>().join(", ");
    format!("In layer {layer}, head {head}, “{piece}” takes from {named}; all {of} pieces sum to 100 %.")
}

pub fn habit(habit: Habit) -> &'static str {
    match habit {
        Habit::Next => "next piece",
        Habit::Previous => "previous piece",
        Habit::Itself => "itself",
        Habit::Separator => "[SEP]",
        Habit::Same => "same piece elsewhere",
        Habit::Opening => "[CLS]",
        Habit::Punctuation => "punctuation",
    }
}
