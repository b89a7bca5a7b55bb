//! The words of the lessons that change a forward, or look into one.

pub mod directions {
    pub const KICKER: (&str, &str) =
        ("Lesson 3 · the article: ", "bidirectionally trained … a deeper sense of language context and flow");
    pub const TITLE: &str = "What does each side of a word know?";
    pub const LEDE: &str = "A left-to-right model guesses a word from what came before. BERT reads both sides at the same time. Pick a word: it is hidden, and BERT answers with one side, the other, both or neither in sight, in every layer.";
    pub const WORDS: &str = "Words; the pressed one is hidden";
    pub const VIEWS: &str = "One word, five views";
    pub const VIEW_HEAD: [&str; 3] = ["in sight", "likeliest", "loss"];
    /// In the order of the logic's rows, then the join.
    pub const NAMES: [&str; 5] =
        ["both sides", "left side", "right side", "neither", "left and right, joined at the end"];
    pub const LOSS: &str = "Loss is −ln of the probability that the hidden word gets: 0 is certain, 10.3 is a blind guess among 30,522 pieces. A word of several pieces has all of them hidden, and their losses are added.";
    pub const JOINED: &str = "“Joined at the end” stands in for the older way: two passes that never see each other's side, whose scores are averaged. It is an average of this model's logits, not a trained joint model.";
    pub const BY_WORD: &str = "Each word hidden in its turn";
    pub const BY_WORD_NOTE: &str = "loss by what is in sight; shorter is better";
    pub const BY_WORD_HEAD: [&str; 4] = ["word", "left", "right", "both"];
    pub const MEAN: &str = "mean";
    pub const FLOW: &str = "How information flows";
    pub const FLOW_VIEW: &str = "Kind of model";
    pub const FLOWS: [&str; 3] = ["BERT", "Left to right", "Two passes"];
    pub const FLOW_WORDS: [&str; 3] = [
        "BERT: in each layer every piece takes from every other, to both sides, in one step. By the second layer the two sides have mixed.",
        "Left to right: in each layer a piece takes only from those before it. What stands after the word never reaches it.",
        "Two passes: one reads from the left, one from the right. They meet only at the top, when each has made up its mind.",
    ];
    pub const LOOK: &str = "Hide “pair”: with both sides in sight BERT is nearly sure of it. Either side alone loses it, and joining the two at the end does not bring it back: what decides is “bought a” and “of shoes” together.";
    pub const ARTICLE: &str = "Older models read left to right, or trained two readers and joined them. BERT trains one reader on both sides at once, which a hidden word makes possible: nobody can peek at it.";
    pub const MISLEADS: &str = "This is a knock-out. The model was trained with both sides in sight and is now made to look one way; a model trained left to right would do far better with one side than this one does.";
    pub const AT_ONCE: &str = "“At the same time”: each view here is one pass over all pieces. A recurrent reader would need one step for each word.";
}

/// The heading of the five views.
pub fn hidden_word(word: &str) -> String {
    format!("“{word}” is hidden")
}

pub fn nats(loss: f32) -> String {
    format!("{loss:.2}")
}

/// A view read aloud.
pub fn view_words(view: &str, top: &[(String, String)], truth: Option<(&str, &str, &str)>) -> String {
    let list = top.iter().map(|(word, share)| format!("“{word}” {share}")).collect::<Vec<_>>().join(", ");
    let told = truth.map(|(word, share, loss)| format!(" The hidden “{word}” gets {share}, loss {loss}."));
    format!("In sight {view}: {list}.{}", told.unwrap_or_default())
}

pub fn by_word_progress(done: usize, total: usize) -> String {
    format!("{done} of {total} rows")
}

pub fn too_many_words(pieces: usize, limit: usize) -> String {
    format!("This text has {pieces} pieces; words are hidden in turn for up to {limit}.")
}

pub mod input {
    pub const KICKER: (&str, &str) = (
        "Lesson 7 · the article: ",
        "a positional embedding is added to each token to indicate its position in the sentence",
    );
    pub const TITLE: &str = "What goes into the first layer?";
    pub const LEDE: &str = "Each piece enters as the sum of three learned rows of 768 numbers: which piece it is, where it stands, which text it belongs to. LayerNorm then brings the sum to one scale. These are this model's own numbers.";
    pub const PIECES: &str = "Pieces; pick one to see its rows";
    pub const STRIPS: &str = "Three rows that add up";
    pub const NAMES: [&str; 5] = ["piece", "position", "segment", "sum", "after LayerNorm"];
    pub const STRIP_NOTE: &str = "One column a number. Green is above 0, purple below; strength is size, on one scale for the four rows that add up.";
    pub const DIMENSION: &str = "Number";
    pub const STRENGTH_HEAD: [&str; 3] = ["row", "length", "this number"];
    pub const CHANGE: &str = "Change one thing";
    pub const NOTHING: &str = "nothing";
    pub const NO_WORD: &str = "this piece without its own row";
    pub const NO_POSITIONS: &str = "no positions";
    pub const NO_SEGMENTS: &str = "no segments";
    pub const FLIP: &str = "this piece in the other segment";
    pub const FLIP_ALL: &str = "all in the other segment";
    pub const TRADE: &str = "this piece trades places with";
    pub const TRADE_NONE: &str = "–";
    pub const ANSWER: &str = "What the blank says";
    pub const ANSWER_HEAD: [&str; 3] = ["word", "as typed", "changed"];
    pub const NO_BLANK: &str = "Type [MASK] for one word to see how an answer changes with the input.";
    pub const POSITIONS: &str = "Which positions the model takes for alike";
    pub const POSITIONS_SVG: &str = "Cosine of each position with every other; the table tells the values";
    pub const POSITION: &str = "Position";
    pub const POSITIONS_HEAD: [&str; 2] = ["with position", "cosine"];
    pub const LOOK: &str = "Take all positions away: the same words, in no order. Then trade two words' places and leave the words where they are.";
    pub const ARTICLE: &str = "Token, segment and position embeddings are summed into one vector a piece. Segments tell text A from text B; positions give an order to a network that has none.";
    pub const MISLEADS: &str = "The model never saw a piece without one of the three rows: what it answers then shows how much it leans on the row, not what it would have learned without it. No single number of the 768 has a name.";
}

pub fn dimension(number: usize, of: usize) -> String {
    format!("{number} of {of}")
}

/// `0.012 − 0.034 + 0.001 = −0.021`
pub fn adds_up(values: [f32; 4]) -> String {
    let [a, b, c, sum] = values.map(number);
    format!("{a} + {b} + {c} = {sum}")
}

/// What the picture of the positions shows.
pub fn positions_note(step: usize, limit: usize) -> String {
    format!("cosine of the learned rows, one in {step} of {limit} positions; blank below 0")
}

pub fn number(value: f32) -> String {
    format!("{value:.3}").replace('-', "−")
}

pub fn piece_at(piece: &str, position: usize) -> String {
    format!("{piece} ({position})")
}

pub mod inside {
    pub const KICKER: (&str, &str) =
        ("Lesson 10 · the article: ", "12 layers (transformer blocks), 12 attention heads, and 110 million parameters");
    pub const TITLE: &str = "What is BERT made of?";
    pub const LEDE: &str = "The same block twelve times over: attention, then a small network for each piece. The sizes below are read from the files that this page loaded; the numbers are those of your sentence.";
    pub const DIAGRAM: &str = "The encoder, bottom to top";
    pub const DIAGRAM_HEAD: [&str; 4] = ["part", "matrices", "weights", "bytes"];
    pub const PARTS: [&str; 4] = ["Embeddings", "Layer", "Pooler", "Masked-word head"];
    pub const TOTAL: &str = "All";
    pub const LENS: &str = "What each layer would say";
    pub const LENS_NOTE: &str = "the masked-word head on every layer's vector at the blank";
    pub const LENS_HEAD: [&str; 3] = ["after", "likeliest", "probability"];
    pub const LENS_EMBEDDING: &str = "embedding";
    pub const NO_BLANK: &str = "Type [MASK] for one word to see what each layer would put there.";
    pub const BLOCK: &str = "Inside one layer";
    pub const LAYER: &str = "Layer";
    pub const HEAD: &str = "Head";
    pub const PIECES: &str = "Pieces; pick one to see its vectors";
    pub const BLOCK_NAMES: [&str; 5] = ["enters", "query", "key", "value", "leaves"];
    pub const LOOKS: &str = "Where this head of the layer looks from the piece";
    pub const LOOKS_HEAD: [&str; 3] = ["piece", "query · key, scaled", "share after softmax"];
    pub const TIME: &str = "Time, as just measured";
    pub const TIME_NOTE: &str = "of the last answer to this lesson, on this device";
    pub const SIZES: &str = "Base beside Large";
    pub const SIZES_HEAD: [&str; 3] = ["", "Base", "Large"];
    pub const SIZES_ROWS: [&str; 6] =
        ["layers", "vector", "heads", "weights (the article's)", "bytes at this page's bits", "encoder, one sentence"];
    pub const HERE: &str = "this page";
    pub const ESTIMATE: &str = "estimated";
    pub const MEASURED: &str = "measured";
    pub const SIZES_NOTE: &str = "Layers, vector and heads of both are the article's, and so are 110 and 340 million weights. Large's bytes scale with its weights; its time with the multiplications of its layers. Both are estimates.";
    pub const LOOK: &str =
        "Follow the blank up through the layers: most of them are far from an answer, it comes only in the last few.";
    pub const ARTICLE: &str = "Base: 12 layers, 768 numbers a piece, 12 heads, 110 million weights. Large: 24 layers, 1,024 numbers, 16 heads, 340 million.";
    pub const MISLEADS: &str = "The head was trained on the last layer alone. What it says of an earlier one is how far that vector already points at an answer, not what the layer “thinks”.";
}

pub fn layer_name(number: usize) -> String {
    format!("layer {number}")
}

pub fn lens_words(layer: &str, word: &str, share: &str) -> String {
    format!("After the {layer}: “{word}” {share}.")
}

pub fn millions(weights: u64) -> String {
    format!("{:.1} M", weights as f64 / 1e6)
}
