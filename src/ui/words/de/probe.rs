//! The words of the lessons that change a forward, or look into one.

use super::comma;

pub mod directions {
    pub const KICKER: (&str, &str) =
        ("Lektion 3 · im Artikel: ", "bidirektional trainiert … ein tieferes Gespür für Kontext und Fluss der Sprache");
    pub const TITLE: &str = "Was weiß jede Seite eines Wortes?";
    pub const LEDE: &str = "Ein Modell, das von links nach rechts liest, errät ein Wort aus dem, was davor kam. BERT liest beide Seiten zugleich. Ein Wort wählen: Es wird verborgen, und BERT antwortet mit der einen Seite, der anderen, beiden oder keiner im Blick, und zwar in jeder Schicht.";
    pub const WORDS: &str = "Wörter; das gedrückte ist verborgen";
    pub const VIEWS: &str = "Ein Wort, fünf Ansichten";
    pub const VIEW_HEAD: [&str; 3] = ["sichtbar", "am ehesten", "Verlust"];
    /// In the order of the logic's rows, then the join.
    pub const NAMES: [&str; 5] =
        ["beide Seiten", "linke Seite", "rechte Seite", "keine", "links und rechts, am Ende verbunden"];
    pub const LOSS: &str = "Der Verlust ist −ln der Wahrscheinlichkeit, die das verborgene Wort bekommt: 0 ist sicher, 10,3 ist blind geraten unter 30.522 Wortstücken. Bei einem Wort aus mehreren Stücken sind alle verborgen, und ihre Verluste werden addiert.";
    pub const JOINED: &str = "„Am Ende verbunden“ steht für die ältere Art: zwei Durchgänge, die nie die Seite des anderen sehen und deren Werte gemittelt werden. Es ist ein Mittel der Logits dieses Modells, kein gemeinsam trainiertes Modell.";
    pub const BY_WORD: &str = "Jedes Wort einmal verborgen";
    pub const BY_WORD_NOTE: &str = "Verlust je nachdem, was sichtbar ist; kürzer ist besser";
    pub const BY_WORD_HEAD: [&str; 4] = ["Wort", "links", "rechts", "beide"];
    pub const MEAN: &str = "Mittel";
    pub const FLOW: &str = "Wie Information fließt";
    pub const FLOW_VIEW: &str = "Art des Modells";
    pub const FLOWS: [&str; 3] = ["BERT", "Links nach rechts", "Zwei Durchgänge"];
    pub const FLOW_WORDS: [&str; 3] = [
        "BERT: In jeder Schicht nimmt jedes Wortstück von jedem anderen, nach beiden Seiten, in einem Schritt. Schon in der zweiten Schicht haben sich die beiden Seiten gemischt.",
        "Links nach rechts: In jeder Schicht nimmt ein Wortstück nur von denen davor. Was nach dem Wort steht, erreicht es nie.",
        "Zwei Durchgänge: Einer liest von links, einer von rechts. Sie treffen sich erst ganz oben, wenn jeder sich schon entschieden hat.",
    ];
    pub const LOOK: &str = "Ist „pair“ verborgen, ist BERT sich mit beiden Seiten im Blick fast sicher. Jede Seite allein verliert es, und auch beide am Ende zu verbinden bringt es nicht zurück: Den Ausschlag geben „bought a“ und „of shoes“ zusammen.";
    pub const ARTICLE: &str = "Ältere Modelle lasen von links nach rechts oder trainierten zwei Leser und verbanden sie. BERT trainiert einen Leser auf beiden Seiten zugleich; möglich wird das durch das verborgene Wort: Niemand kann es heimlich ansehen.";
    pub const MISLEADS: &str = "Das hier ist ein Knock-out. Das Modell wurde mit beiden Seiten im Blick trainiert und muss nun in eine Richtung sehen; ein von links nach rechts trainiertes Modell käme mit einer Seite weit besser zurecht als dieses.";
    pub const AT_ONCE: &str = "„Zugleich“: Jede Ansicht hier ist ein einziger Durchgang über alle Wortstücke. Ein rekurrenter Leser bräuchte für jedes Wort einen Schritt.";
}

/// The heading of the five views.
pub fn hidden_word(word: &str) -> String {
    format!("„{word}“ ist verborgen")
}

pub fn nats(loss: f32) -> String {
    comma(format!("{loss:.2}"))
}

/// A view read aloud.
pub fn view_words(view: &str, top: &[(String, String)], truth: Option<(&str, &str, &str)>) -> String {
    let list = top.iter().map(|(word, share)| format!("„{word}“ {share}")).collect::<Vec<_>>().join(", ");
    let told =
        truth.map(|(word, share, loss)| format!(" Das verborgene „{word}“ bekommt {share}, ein Verlust von {loss}."));
    format!("Sichtbar: {view}. {list}.{}", told.unwrap_or_default())
}

pub fn by_word_progress(done: usize, total: usize) -> String {
    format!("{done} von {total} Zeilen")
}

pub fn too_many_words(pieces: usize, limit: usize) -> String {
    format!("Dieser Text hat {pieces} Wortstücke; reihum verborgen werden Wörter bei höchstens {limit}.")
}

pub mod input {
    pub const KICKER: (&str, &str) =
        ("Lektion 7 · im Artikel: ", "zu jedem Token kommt eine Positionseinbettung, die seinen Platz im Satz angibt");
    pub const TITLE: &str = "Was geht in die erste Schicht hinein?";
    pub const LEDE: &str = "Jedes Wortstück kommt als Summe dreier gelernter Zeilen aus 768 Zahlen herein: welches Stück es ist, wo es steht, zu welchem Text es gehört. Danach bringt LayerNorm die Summe auf einen einheitlichen Maßstab. Das sind die Zahlen dieses Modells selbst.";
    pub const PIECES: &str = "Wortstücke; eines wählen, um seine Zeilen zu sehen";
    pub const STRIPS: &str = "Drei Zeilen, die sich addieren";
    pub const NAMES: [&str; 5] = ["Wortstück", "Position", "Segment", "Summe", "nach LayerNorm"];
    pub const STRIP_NOTE: &str = "Eine Spalte je Zahl. Grün ist über 0, Violett darunter; wie kräftig die Farbe ist, zeigt die Größe, im selben Maßstab für die vier Zeilen der Addition.";
    pub const DIMENSION: &str = "Zahl";
    pub const STRENGTH_HEAD: [&str; 3] = ["Zeile", "Länge", "diese Zahl"];
    pub const CHANGE: &str = "Eines ändern";
    pub const NOTHING: &str = "nichts";
    pub const NO_WORD: &str = "dieses Stück ohne seine Zeile";
    pub const NO_POSITIONS: &str = "keine Positionen";
    pub const NO_SEGMENTS: &str = "keine Segmente";
    pub const FLIP: &str = "dieses Stück im anderen Segment";
    pub const FLIP_ALL: &str = "alle im anderen Segment";
    pub const TRADE: &str = "dieses Stück tauscht den Platz mit";
    pub const TRADE_NONE: &str = "–";
    pub const ANSWER: &str = "Was die Lücke sagt";
    pub const ANSWER_HEAD: [&str; 3] = ["Wort", "wie getippt", "geändert"];
    pub const NO_BLANK: &str =
        "[MASK] anstelle eines Wortes tippen, um zu sehen, wie sich eine Antwort mit der Eingabe ändert.";
    pub const POSITIONS: &str = "Welche Positionen das Modell für ähnlich hält";
    pub const POSITIONS_SVG: &str = "Kosinus jeder Position mit jeder anderen; die Tabelle nennt die Werte";
    pub const POSITION: &str = "Position";
    pub const POSITIONS_HEAD: [&str; 2] = ["mit Position", "Kosinus"];
    pub const LOOK: &str = "Alle Positionen wegnehmen: dieselben Wörter, ohne Reihenfolge. Dann die Plätze zweier Wörter tauschen und die Wörter selbst stehen lassen.";
    pub const ARTICLE: &str = "Token-, Segment- und Positionseinbettungen werden zu einem Vektor je Wortstück addiert. Segmente unterscheiden Text A von Text B; Positionen geben einem Netz, das keine Reihenfolge kennt, eine.";
    pub const MISLEADS: &str = "Das Modell sah nie ein Wortstück ohne eine der drei Zeilen: Was es dann antwortet, zeigt, wie sehr es sich auf die Zeile stützt, nicht, was es ohne sie gelernt hätte. Keine einzelne der 768 Zahlen hat einen Namen.";
}

pub fn dimension(number: usize, of: usize) -> String {
    format!("{number} von {of}")
}

/// `0.012 − 0.034 + 0.001 = −0.021`
pub fn adds_up(values: [f32; 4]) -> String {
    let [a, b, c, sum] = values.map(number);
    format!("{a} + {b} + {c} = {sum}")
}

/// What the picture of the positions shows.
pub fn positions_note(step: usize, limit: usize) -> String {
    format!("Kosinus der gelernten Zeilen, jede {step}. von {limit} Positionen; leer unter 0")
}

pub fn number(value: f32) -> String {
    comma(format!("{value:.3}").replace('-', "−"))
}

pub fn piece_at(piece: &str, position: usize) -> String {
    format!("{piece} ({position})")
}

pub mod inside {
    pub const KICKER: (&str, &str) = (
        "Lektion 10 · im Artikel: ",
        "12 Schichten (Transformer-Blöcke), 12 Aufmerksamkeitsköpfe und 110 Millionen Parameter",
    );
    pub const TITLE: &str = "Woraus besteht BERT?";
    pub const LEDE: &str = "Zwölfmal derselbe Block: Aufmerksamkeit, dann ein kleines Netz für jedes Wortstück. Die Größen unten sind aus den Dateien gelesen, die diese Seite geladen hat; die Zahlen sind die des eigenen Satzes.";
    pub const DIAGRAM: &str = "Der Encoder, von unten nach oben";
    pub const DIAGRAM_HEAD: [&str; 4] = ["Teil", "Matrizen", "Gewichte", "Bytes"];
    pub const PARTS: [&str; 4] = ["Einbettungen", "Schicht", "Pooler", "Kopf für maskierte Wörter"];
    pub const TOTAL: &str = "Alles";
    pub const LENS: &str = "Was jede Schicht sagen würde";
    pub const LENS_NOTE: &str = "der Kopf für maskierte Wörter auf dem Vektor jeder Schicht an der Lücke";
    pub const LENS_HEAD: [&str; 3] = ["nach", "am ehesten", "Wahrscheinlichkeit"];
    pub const LENS_EMBEDDING: &str = "Einbettung";
    pub const NO_BLANK: &str =
        "[MASK] anstelle eines Wortes tippen, um zu sehen, was jede Schicht dort einsetzen würde.";
    pub const BLOCK: &str = "In einer Schicht";
    pub const LAYER: &str = "Schicht";
    pub const HEAD: &str = "Kopf";
    pub const PIECES: &str = "Wortstücke; eines wählen, um seine Vektoren zu sehen";
    pub const BLOCK_NAMES: [&str; 5] = ["hinein", "Query", "Key", "Value", "heraus"];
    pub const LOOKS: &str = "Wohin dieser Kopf der Schicht vom Wortstück aus sieht";
    pub const LOOKS_HEAD: [&str; 3] = ["Stück", "Query · Key, skaliert", "Anteil nach Softmax"];
    pub const TIME: &str = "Zeit, gerade gemessen";
    pub const TIME_NOTE: &str = "der letzten Antwort in dieser Lektion, auf diesem Gerät";
    pub const SIZES: &str = "Base neben Large";
    pub const SIZES_HEAD: [&str; 3] = ["", "Base", "Large"];
    pub const SIZES_ROWS: [&str; 6] = [
        "Schichten",
        "Vektor",
        "Köpfe",
        "Gewichte (laut Artikel)",
        "Bytes bei den Bits dieser Seite",
        "Encoder, ein Satz",
    ];
    pub const HERE: &str = "diese Seite";
    pub const ESTIMATE: &str = "geschätzt";
    pub const MEASURED: &str = "gemessen";
    pub const SIZES_NOTE: &str = "Schichten, Vektor und Köpfe von beiden stammen aus dem Artikel, ebenso die 110 und 340 Millionen Gewichte. Die Bytes von Large wachsen mit seinen Gewichten, seine Zeit mit den Multiplikationen seiner Schichten. Beides ist geschätzt.";
    pub const LOOK: &str = "Die Lücke durch die Schichten nach oben verfolgen: Die meisten sind weit von einer Antwort entfernt, sie kommt erst in den letzten paar.";
    pub const ARTICLE: &str = "Base: 12 Schichten, 768 Zahlen je Wortstück, 12 Köpfe, 110 Millionen Gewichte. Large: 24 Schichten, 1.024 Zahlen, 16 Köpfe, 340 Millionen.";
    pub const MISLEADS: &str = "Der Kopf wurde nur auf der letzten Schicht trainiert. Was er zu einer früheren sagt, zeigt, wie weit deren Vektor schon auf eine Antwort weist, nicht, was die Schicht „denkt“.";
}

pub fn layer_name(number: usize) -> String {
    format!("Schicht {number}")
}

pub fn lens_words(layer: &str, word: &str, share: &str) -> String {
    let article = if layer == inside::LENS_EMBEDDING { "der " } else { "" };
    format!("Nach {article}{layer}: „{word}“ {share}.")
}

pub fn millions(weights: u64) -> String {
    format!("{} Mio.", comma(format!("{:.1}", weights as f64 / 1e6)))
}
