//! The sentences the page opens with. `cargo xtask record` records the engine's answers to them,
//! so that something true stands there before the weights have arrived.

/// Fill the blank: the opening, then what its text speaks of, then the tries.
pub const BLANK: [&str; 7] = [
    "The woman went to the store and bought a [MASK] of shoes.",
    "The woman went to the store and bought a [MASK].",
    "The woman went to the store and bought a [MASK] of wine.",
    "The capital of France is [MASK].",
    "The doctor said that [MASK] would see me.",
    "The nurse said that [MASK] would see me.",
    "He put the [MASK] in the oven and the [MASK] in the fridge.",
];
/// Asked about in each of them.
pub const BLANK_ASKED: [&str; 5] = ["cart", "pair", "paris", "he", "she"];
/// The visitor's own word, until they ask for another.
pub const BLANK_OWN: &str = "cart";
pub const BLANK_TOP_K: usize = 6;

pub const TOKENS: (&str, &str) =
    ("Tokenization isn't magic: BERT's vocabulary splits unaffable words.", "Naïve café 🙂");
/// The piece that is picked at first.
pub const TOKENS_PIECE: &str = "una";

pub const ATTENTION: &str = "I arrived at the bank after crossing the river.";
pub const ATTENTION_STREET: &str = "I arrived at the bank after crossing the street.";
pub const ATTENTION_PAIR: (&str, &str) = ("The dog chased the ball.", "It was red and bounced away.");
pub const ATTENTION_PIECE: &str = "bank";
/// Layer 4, head 11, counted from 0.
pub const ATTENTION_HEAD: (usize, usize) = (3, 10);

/// Next sentence: the article's two pairs, the first of which is the opening; then what the text beside speaks of.
pub const NEXT_SENTENCE: [(&str, &str); 5] = [
    ("The man went to [MASK] store", "he bought a gallon [MASK] milk"),
    ("The man went to [MASK] store", "penguin [MASK] are flightless birds"),
    ("He bought a gallon of milk.", "He bought a gallon of milk."),
    ("The man went to the store.", "The store ate the man."),
    (
        "Bread needs little more than flour, water, salt and yeast.",
        "A fresh loaf should cool for an hour before it is cut.",
    ),
];
