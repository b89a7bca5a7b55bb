//! The words of the Next sentence lesson.

pub const KICKER: (&str, &str) =
    ("Lesson 9 · the article: ", "learns to predict if the second sentence is the next sentence in the original text");
pub const TITLE: &str = "Does the second sentence follow the first?";
pub const LEDE: &str = "In training BERT saw pairs of sentences: half were neighbours in a text, half were thrown together. Type a pair, or draw one, and see which kind it takes yours for.";

/// Which of the openings, and its name.
pub const TRIES: [(usize, &str); 4] = [
    (0, "the article's store and milk"),
    (1, "its store and penguins"),
    (2, "the same sentence twice"),
    (3, "a store that eats"),
];
pub const DRAW: &str = "Draw";
pub const DRAW_NEXT: &str = "a real next sentence";
pub const DRAW_RANDOM: &str = "a random one";

pub const FIGURE: &str = "BERT's answer";
pub const ASKS: &str = "Does B follow A?";
pub const CHANGES: &str = "Change the input";
pub const SWAP: &str = "Swap A and B";
pub const ONE_SEGMENT: &str = "All in segment A";
pub const AS_TYPED: &str = "as typed";

pub const SEEN: &str = "What each position sees";
pub const PIECES: &str = "Pieces";
pub const PICK: &str = "Pick a piece to see what enters at its position; Esc releases it.";
pub const PATH: &str = "From [CLS] to two numbers";
pub const POOLER: &str = "pooler";
pub const POOLER_IS: &str = "one more layer, then tanh";
pub const CLASSIFIER: &str = "classifier";
pub const PATH_NOTE: &str = "The classifier reads one vector alone, the one at [CLS]. What it knows of both texts came there through attention.";

pub const QUIZ: &str = "You against BERT";
pub const QUIZ_LEDE: &str = "Ten pairs from the page's own paragraphs: five neighbours, five thrown together. You answer first, then BERT does.";
pub const START: &str = "Start";
pub const FOLLOWS: &str = "B follows A";
pub const FOLLOWS_NOT: &str = "B is from elsewhere";
pub const NEXT_PAIR: &str = "Next pair";
pub const TO_SCORE: &str = "To the score";
pub const STILL_READING: &str = "BERT is still reading. Its answer comes here; go on meanwhile.";
pub const AGAIN: &str = "Ten others";
pub const CLOSE_QUIZ: &str = "Close the quiz";
pub const ALL_TEN: &str = "All ten pairs";
pub const SCORE_HEAD: [&str; 4] = ["pair", "truth", "you", "BERT"];
/// As the adapter has them.
pub const LABELS: [&str; 2] = ["IsNext", "NotNext"];

pub const JUDGED_ON: &str = "Pairs of Wikipedia articles that the classifier never saw: one or two sentences, and those that follow or those of another article. Texts that share one topic are harder: on film reviews against film reviews two in three are right.";

pub const LOOK_SWAP: &str = "Swap them →";
pub const LOOK_SEGMENT: &str = "Penguins, all in segment A →";
pub const MISLEADS_STORE: &str = "See the store eat →";
pub const MISLEADS_BREAD: &str = "First and last line about bread →";
pub const ARTICLE: &str = "For this BERT is given pairs of sentences in training and “learns to predict if the second sentence is the next sentence in the original text”. Its two example pairs are the tries above.";
pub const MISLEADS_LABEL: &str = "In the model, number 0 is IsNext and number 1 is NotNext; in labelled files it is the other way round, 1 for IsNext. Many a mistake begins there.";

pub fn at(percent: &str) -> String {
    format!(" at {percent}")
}

/// Names the switches that are on.
pub fn change_name(swapped: bool, one_segment: bool) -> &'static str {
    match (swapped, one_segment) {
        (true, true) => "swapped, all in segment A",
        (true, false) => "swapped",
        _ => "all in segment A",
    }
}

pub fn in_words(next: &str, not: &str) -> String {
    format!("BERT takes the second text for the next sentence (IsNext) at {next}, for a random one (NotNext) at {not}.")
}

pub fn moved(change: &str, before: &str, after: &str) -> String {
    format!("With the input changed ({change}), IsNext goes from {before} to {after}.")
}

/// Where a drawn pair is from.
pub fn drawn(first: &str, second: &str, real: bool) -> String {
    match real {
        true => format!("Drawn from “{first}”: a sentence and the one after it."),
        false => format!("Drawn: a sentence of “{first}” and one of “{second}”."),
    }
}

/// A segment's letter.
pub fn segment(segment: u32) -> &'static str {
    if segment == 0 { "A" } else { "B" }
}

pub fn seat(position: usize, piece: &str, id: u32, of_segment: u32) -> String {
    format!(
        "Position {position} begins as the sum of three vectors: of the piece “{piece}” (id {id}), of the position {position}, and of the segment {}.",
        segment(of_segment)
    )
}

pub fn segment_words(of_segment: u32, pieces: &str) -> String {
    format!("Segment {}: {pieces}. ", segment(of_segment))
}

pub fn cut(total: usize, limit: usize) -> String {
    format!("This pair has {total} pieces; BERT reads {limit}. The longer text was cut at its end.")
}

pub fn after_layers(layers: usize) -> String {
    format!("its vector after {layers} layers")
}

/// `+3.41`, `−0.20`
pub fn logit(value: f32) -> String {
    format!("{}{:.2}", if value < 0.0 { '−' } else { '+' }, value.abs())
}

pub fn softmax(temperature: f32) -> String {
    format!("softmax, ÷ {temperature:.2}")
}

pub fn pair_number(number: usize, of: usize) -> String {
    format!("Pair {number} of {of}")
}

pub fn you_were(right: bool, is_next: bool) -> String {
    let verdict = if right { "✓ Right" } else { "✗ No" };
    let truth = if is_next { "B is the next sentence." } else { "B is from elsewhere." };
    format!("{verdict}: {truth}")
}

pub fn from(first: &str, second: &str) -> String {
    if first == second {
        format!("Both from “{first}”.")
    } else {
        format!("A is from “{first}”, B from “{second}”.")
    }
}

pub fn bert_was(right: bool) -> &'static str {
    if right { "BERT ✓ right" } else { "BERT ✗ wrong" }
}

pub fn score(you: usize, bert: Option<usize>, of: usize) -> String {
    match bert {
        Some(bert) => format!("So far you have {you} of {of}, BERT {bert}."),
        None => format!("So far you have {you} of {of}."),
    }
}

pub fn final_score(you: usize, bert: Option<usize>, of: usize) -> String {
    let Some(bert) = bert else { return format!("You: {you} of {of}. BERT is still reading.") };
    let who = match you.cmp(&bert) {
        std::cmp::Ordering::Greater => "You win",
        std::cmp::Ordering::Equal => "A draw",
        std::cmp::Ordering::Less => "BERT wins",
    };
    format!("{who}: you {you} of {of}, BERT {bert}.")
}

pub fn truth_cell(is_next: bool) -> &'static str {
    if is_next { "next" } else { "elsewhere" }
}

pub fn you_cell(right: bool) -> &'static str {
    if right { "✓ right" } else { "✗ wrong" }
}

/// BERT's verdict and its P(IsNext).
pub fn bert_cell(right: bool, percent: &str) -> String {
    format!("{} IsNext {percent}", if right { "✓" } else { "✗" })
}

/// P(IsNext) of the opening as it stands and swapped.
pub fn look_swap(typed: &str, swapped: &str) -> String {
    format!(
        "Swap the two and IsNext goes from {typed} to {swapped} (recorded). BERT hears that both speak of one thing, hardly which came first."
    )
}

/// P(IsNext) of the article's two pairs with two segments, and with one.
pub fn look_segment(two: [&str; 2], one: [&str; 2]) -> String {
    let ([milk, penguins], [milk_one, penguins_one]) = (two, one);
    format!(
        "Put all in segment A, and the article's pairs, {milk} and {penguins}, move to {milk_one} and {penguins_one} (recorded): without the border between segments BERT hardly tells them apart."
    )
}

pub fn misleads_store(store: &str, twice: &str) -> String {
    format!(
        "It weighs kinship, not sense. That the store ate the man gets {store}, the same sentence twice {twice} (recorded)."
    )
}

pub fn misleads_bread(apart: &str) -> String {
    format!(
        "Two sentences of one paragraph need not be neighbours: the first and the last line about bread get {apart} (recorded)."
    )
}

pub const SUMS: &str = "As in pre-training: two losses, one sum";
pub const SUM_TRUTH: &str = "What is true of this pair";
pub const SUM_TRUTHS: [&str; 2] = ["B follows A", "B is random"];
pub const SUM_UP: &str = "Hide 15 % and add up";
pub const SUMMING: &str = "Adding up…";
pub const SUM_WORDS: &str = "Masked words: mean loss of the chosen pieces";
pub const SUM_NEXT: &str = "Next sentence: loss of the true label";
pub const SUM_TOTAL: &str = "Sum, what training makes small";
pub const SUMS_NOTE: &str = "Both are cross-entropy: minus the natural logarithm of the share given to what is true. Training reads the pair once, with pieces hidden, and adds the two. Here the next-sentence head is our own adapter, so the hidden pair is read twice: by plain BERT for the words, with the adapter for the label.";

pub fn sum_hidden(pieces: &[String]) -> String {
    match pieces {
        [] => "No piece was chosen in this draw: the masked-word loss is of nothing. Draw again.".into(),
        list => format!("Chosen in this draw: {}.", list.join(", ")),
    }
}
