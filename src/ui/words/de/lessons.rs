//! The words of each lesson.

use crate::ui::logic::heads::Habit;
use crate::ui::logic::number::{count, grouped};

pub const TRY: &str = "Beispiele";
pub const LOOK_FOR: &str = "Worauf man achten kann";
pub const ARTICLE_SAYS: &str = "Was der Artikel sagt";
pub const MISLEADS: &str = "Wo das in die Irre führt";
pub const SENTENCE: &str = "Satz";
pub const TEXT_A: &str = "Erster Text";
pub const TEXT_B: &str = "Zweiter Text";
pub const ADD_SECOND: &str = "+ zweiter Text";
pub const DROP_SECOND: &str = "Zweiten Text entfernen";
pub const DOWNLOAD: &str = "CSV herunterladen";

pub mod blank {
    pub const KICKER: (&str, &str) = ("Lektion 2 · im Artikel: ", "die Lücke füllen");
    pub const TITLE: &str = "Was gehört in die Lücke?";
    pub const LEDE: &str = "Fehlt ein Wort, wägt BERT alle seine 30.522 Wortstücke auf einmal ab und liest dabei die Wörter auf beiden Seiten der Lücke. Ein Klick auf ein Wort verbirgt es.";
    pub const ONE: &str = "Einer";
    pub const COMPARE: &str = "Zwei vergleichen";
    pub const SECOND: &str = "Zweiter Satz";
    pub const OWN_WORD: &str = "Eigenes Wort";
    pub const ASK: &str = "Fragen";
    pub const CSV: &str = "Alle 30.522 als CSV";
    pub const CSV_BUSY: &str = "Sammelt 30.522 …";
    pub const HINT: &str = "Ein Klick auf ein Wort verbirgt es, ein Klick auf die gefüllte Lücke holt es zurück.";
    pub const HIDE: &str = "Dieses Wort verbergen";
    pub const SHOW: &str = "Das Wort zurückholen";
    pub const VIEW: &str = "Sätze";
    pub const FIGURE: &str = "BERTs Antwort";
    pub const TRY_SHOES: &str = "a [MASK] of shoes";
    pub const TRY_TWO: &str = "zwei Lücken";
    pub const LOOK_BACK: &str = "Beide vergleichen →";
    pub const ARTICLE: &str = "Der Artikel zeichnet, zur Veranschaulichung, „cart“ mit 20 % und „pair“ mit 80 %. Das echte Modell ist sich sicherer und glaubt nicht an Karren voller Schuhe.";
    pub const MISLEADS_LINK: &str = "Nebeneinander ansehen →";
    pub const STEREOTYPES: &str = "Was es nebenbei gelernt hat";
    pub const WARNING: &str = "Achtung: Diese Satzpaare zeigen Klischees über Frauen und Männer. Sie sind weder Tatsachen noch unsere Ansicht: BERT zählt, was in den gelesenen Büchern und Artikeln stand, und wiederholt deren Vorurteile. Wer auf einem solchen Modell aufbaut, baut auch darauf auf.";
    pub const STEREOTYPES_HEAD: &str = "Satz";
    pub const SET_BESIDE: &str = "Nebeneinander →";
    pub const SEVERAL: &str =
        "Jede Lücke wird für sich gefüllt, als blieben die anderen offen: Die Wörter müssen nicht zueinander passen.";
}

pub fn look_for_shoes(with: &str, without: &str) -> String {
    format!(
        "Ohne „of shoes“ fällt „pair“ von {with} auf {without} (aufgezeichnet): Die Wörter nach der Lücke haben den Ausschlag gegeben."
    )
}

/// The exception that is shown with the rule.
pub fn stereotype_not(sentence: &str, he: &str, she: &str) -> String {
    format!("Eine feste Regel ist es nicht: In „{sentence}“ zieht BERT „he“ ({he}) dem „she“ ({she}) vor.")
}

pub fn misleads_doctor(he: &str, she: &str) -> String {
    format!(
        "Wahrscheinlich heißt nicht wahr. BERT wiederholt, was oft geschrieben wurde, Vorurteile eingeschlossen: „doctor“ ist zu {he} „he“, „nurse“ zu {she} „she“ (aufgezeichnet)."
    )
}

/// Heading of the bars.
pub fn blank_heading(shown: usize, vocabulary: usize, own: bool) -> String {
    let tail = if own { ", dazu das eigene Wort" } else { "" };
    format!("Die {shown} wahrscheinlichsten von {}{tail}", grouped(vocabulary as u64))
}

pub fn rank(rank: &str) -> String {
    format!("Rang {rank}")
}

pub fn gap_number(number: usize) -> String {
    format!("Lücke {number}")
}

pub fn forget(word: &str) -> String {
    format!("Nicht mehr nach „{word}“ fragen")
}

pub fn blank_words(sentence: Option<usize>, gap: Option<usize>, top: &[(String, String)]) -> String {
    let gap = gap.map_or("die Lücke".to_owned(), |n| format!("Lücke {n}"));
    let gap = sentence.map_or(gap.clone(), |n| format!("{gap} von Satz {n}"));
    let mut list = top.iter().map(|(word, percent)| format!("„{word}“ mit {percent}"));
    let first = list.next().unwrap_or_default();
    format!("BERT füllt {gap}: {first}, dann {}.", list.collect::<Vec<_>>().join(", "))
}

pub fn own_word(word: &str, percent: &str, rank: u32) -> String {
    format!("Das eigene Wort „{word}“ bekommt {percent}, Rang {}.", grouped(u64::from(rank)))
}

pub const SEVERAL_PIECES: &str = "in Stücken";

/// How the share of a word of several pieces came about.
pub fn chain(word: &str, pieces: &[String], steps: &[String], whole: &str) -> String {
    let named = pieces.iter().zip(steps).map(|(p, s)| format!("{p} {s}")).collect::<Vec<_>>().join(" × ");
    format!(
        "„{word}“ besteht aus {} Wortstücken. Deshalb wird in ebenso vielen Lücken danach gefragt, nach jedem Stück, sobald die davor stehen: {named} = {whole}. BERT weiß dabei, dass das Wort {} Stücke hat; mit Wörtern aus nur einem Stück ist sein Rang daher nicht vergleichbar.",
        pieces.len(),
        pieces.len()
    )
}

pub fn own_word_pieces(word: &str, pieces: &[String]) -> String {
    if pieces.is_empty() {
        return format!("„{word}“ ist kein Wort, das BERT lesen könnte.");
    }
    format!(
        "„{word}“ besteht aus {} Wortstücken ({}): In eine Lücke passt nur eines, also hat das Wort keine einzelne Wahrscheinlichkeit.",
        pieces.len(),
        pieces.join(" ")
    )
}

pub mod tokens {
    pub const KICKER: (&str, &str) =
        ("Lektion 6 · im Artikel: ", "ein [CLS]-Token kommt an den Anfang … und ein [SEP]-Token wird eingefügt");
    pub const TITLE: &str = "Wie wird Text zu Wortstücken?";
    pub const LEDE: &str = "BERT kennt 30.522 Wortstücke. Ein Wort, das darin fehlt, wird von links her in die jeweils längsten bekannten Stücke zerlegt. Ein Klick auf ein Stück zeigt, wie es zustande kam.";
    pub const PIECES: &str = "Wortstücke";
    pub const VIEW: &str = "Ansicht";
    pub const STEPS: &str = "Wie ein Wortstück zustande kam";
    pub const UNKNOWN: &str = "Für einen der Buchstaben passt kein Wortstück, also wird das ganze Wort zu [UNK]: BERT sieht, dass da ein Wort war, aber nicht, welches.";
    pub const TRIES: [(&str, &str, Option<&str>); 4] = [
        ("Starttext", crate::ui::logic::openings::TOKENS.0, Some(crate::ui::logic::openings::TOKENS.1)),
        ("Akzente und Großbuchstaben", "Crème brûlée in Zürich, SÃO PAULO and İstanbul", None),
        ("andere Schriften", "北京 is the capital of 中国. Привет! 🙂👩‍🚀", None),
        ("lange Wörter", "Antidisestablishmentarianism is floccinaucinihilipilification.", None),
    ];
    pub const TABLE: &str = "Tabelle";
    pub const CHANGED: &str = "Was zuvor geändert wurde";
    pub const CHANGED_HEAD: [&str; 3] = ["getippt", "gelesen", "warum"];
    pub const UNCHANGED: &str = "Nichts: Jedes Wort wurde so gelesen, wie es getippt wurde.";
    pub const TABLE_HEAD: [&str; 5] = ["Position", "Stück", "ID", "Segment", "aus"];
    pub const PICK: &str = "Oben ein Wortstück wählen: Hier erscheinen seine Schritte.";
    pub const ADDED: &str = "Dieses Stück steht in keinem Text: BERTs Eingabeformat fügt es hinzu.";
    pub const TYPED_SPECIAL: &str =
        "Dieses besondere Stück steht so im getippten Text: Es wird als Ganzes übernommen, ohne jede Suche.";
    pub const NOT_FOUND: &str = "nicht im Vokabular";
    pub const TOO_LONG: &str = "Länger als 100 Zeichen: BERT sieht es sich nicht an und schreibt [UNK].";
    pub const LOOK: &str = "„##“ bedeutet: geht ohne Leerzeichen weiter. Das ist ein anderes Wortstück als dieselben Buchstaben am Wortanfang, mit anderer ID und anderem Vektor.";
    pub const ARTICLE: &str = "[CLS] eröffnet jede Eingabe und steht für sie als Ganzes; [SEP] schließt jeden Text ab; das Segment unterscheidet den ersten Text vom zweiten.";
    pub const MISLEADS: &str = "Wortstücke sind weder Silben noch Wortstämme, sondern das, was häufig war, als das Vokabular entstand. Wer von links das jeweils längste Stück nimmt, trennt manchmal dort, wo kein Mensch trennen würde.";
    pub const CLS_IS: &str = "[CLS] eröffnet jede Eingabe. Was BERT daraus macht, steht für den ganzen Text.";
    pub const CASE: &str = "Cased oder uncased";
    pub const CASE_LEDE: &str = "Ein Vokabular gehört zu genau einer Art, Buchstaben zu lesen. Die Einstellung do_lower_case muss sagen, zu welcher: Hier geht derselbe Text auf beide Arten durch dasselbe Vokabular.";

    pub fn case_name(lower_case: bool, of_model: bool) -> &'static str {
        match (lower_case, of_model) {
            (true, true) => "Kleingeschrieben, wie dieses Modell trainiert wurde (do_lower_case = true)",
            (false, true) => "Unverändert, wie dieses Modell trainiert wurde (do_lower_case = false)",
            (true, false) => "Trotzdem kleingeschrieben (do_lower_case = true)",
            (false, false) => "Trotzdem unverändert (do_lower_case = false)",
        }
    }

    pub fn case_counts(pieces: usize, unknown: usize) -> String {
        let unknown = if unknown == 0 { "keines unbekannt".into() } else { format!("{unknown} unbekannt") };
        format!("{}, {unknown}", super::count(pieces, "Wortstück", "Wortstücke"))
    }

    pub fn more_pieces(more: usize) -> String {
        format!("… und {}.", super::count(more, "weiteres Wortstück", "weitere Wortstücke"))
    }

    pub fn case_note(lower_case: bool) -> &'static str {
        if lower_case {
            "Dieses Vokabular hat keine Großbuchstaben: Mit der falschen Einstellung ist jedes Wort, das einen enthält, unbekannt, und BERT liest [UNK]. Nichts warnt davor; die Antworten werden nur schlechter. Meist nimmt man uncased; wo erst der Großbuchstabe einen Namen von einem Wort unterscheidet (bei Namen, bei deutschen Substantiven), ist ein cased-Modell besser."
        } else {
            "Dieses Vokabular hat eigene Großbuchstaben und Akzente: „Paris“ und „paris“ sind verschiedene Wortstücke mit verschiedenen Vektoren. Mit der falschen Einstellung ist zwar nichts unbekannt, aber Namen lesen sich wie Wörter, und Akzente gehen verloren."
        }
    }

    pub const SEP_IS: &str = "[SEP] schließt jeden Text ab, damit zwei Texte getrennt bleiben.";
}

pub fn taken(id: u32) -> String {
    format!("genommen, ID {id}")
}

pub fn match_heading(word: &str) -> String {
    format!("Längste Treffer für „{word}“")
}

/// `23 pieces of at most 512 · 2 segments · 1 unknown`
pub fn token_counts(pieces: usize, limit: usize, segments: usize, unknown: usize) -> String {
    let mut text = format!("{} von höchstens {limit}", count(pieces, "Wortstück", "Wortstücke"));
    text += &format!(" · {}", count(segments, "Segment", "Segmente"));
    if unknown > 0 {
        text += &format!(" · {} unbekannt", grouped(unknown as u64));
    }
    text
}

pub fn cut_notice(total: usize, limit: usize, last_words: &[String]) -> String {
    let ends = last_words.iter().map(|w| format!("„…{w}“")).collect::<Vec<_>>().join(" und ");
    format!(
        "Dieser Text hat {}; BERT liest {limit}. Das Lesen endete nach {ends}.",
        count(total, "Wortstück", "Wortstücke")
    )
}

pub fn more_steps(more: usize) -> String {
    format!("… und {}.", count(more, "weiterer Versuch", "weitere Versuche"))
}

/// The pieces, read aloud.
pub fn tokens_words(tokens: &crate::protocol::Tokens) -> String {
    let list = |segment| {
        let of = tokens.pieces.iter().filter(|p| p.segment == segment).map(|p| format!("{} ({})", p.text, p.id));
        of.collect::<Vec<_>>().join(", ")
    };
    match (list(0), list(1)) {
        (a, b) if a.is_empty() && b.is_empty() => String::new(),
        (a, b) if b.is_empty() => format!("Wortstück und ID, der Reihe nach: {a}."),
        (a, b) => format!("Wortstück und ID, der Reihe nach. Segment A: {a}. Segment B: {b}."),
    }
}

pub mod changes {
    pub const LOWER_CASE: &str = "kleingeschrieben";
    pub const ACCENTS: &str = "Akzente entfernt";
    pub const PUNCTUATION: &str = "Satzzeichen stehen allein";
    pub const CHINESE: &str = "chinesische Zeichen stehen allein";
    pub const CONTROL: &str = "Steuerzeichen entfernt";
    pub const TOO_LONG: &str = "über 100 Zeichen: nicht gelesen";
    pub const NOT_IN_VOCABULARY: &str = "kein Stück dafür";
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
        ("Lektion 5 · im Artikel: ", "sofort auf das Wort „river“ achten … in nur einem Schritt");
    pub const TITLE: &str = "Welche „bank“? Ein Blick auf den Fluss entscheidet.";
    pub const LEDE: &str = "Aufmerksamkeit (Attention): In jeder von zwölf Schichten lassen zwölf Köpfe jedes Wortstück etwas von jedem anderen nehmen.";
    pub const FIGURE: &str = "Ein Kopf";
    pub const VIEW: &str = "Zeichnen als";
    pub const ARCS: &str = "Bögen";
    pub const ARCS_LABEL: &str = "Wortstücke des Textes; eines wählen, um zu sehen, wovon es nimmt";
    pub const STREET_TRY: &str = "… crossing the street.";
    pub const BLOCKS_NOTE: &str =
        "mittlerer Anteil, den ein Wortstück aus dem Text der Zeile von jedem Text nimmt, in diesem Kopf";
    pub const VALUES: &str = "Alle Anteile des gewählten Wortstücks";
    pub const VALUES_HEAD: (&str, &str) = ("nimmt von", "Anteil");
    pub const MATRIX: &str = "Matrix";
    pub const SPECIALS: &str = "[CLS] [SEP] zeigen";
    pub const LAYER: &str = "Schicht";
    pub const HEAD: &str = "Kopf";
    pub const ALL: &str = "Alle 144 Köpfe";
    pub const ALL_NOTE: &str = "Zeile = Schicht, Spalte = Kopf; einen wählen";
    pub const RECEIVED: &str = "Wortstücke, die am meisten bekommen";
    pub const RECEIVED_NOTE: &str = "Mittel über alle Wortstücke, in diesem Kopf";
    pub const BLOCKS: &str = "Zwischen den beiden Texten";
    pub const HABITS: &str = "Köpfe, die hier etwas Bestimmtes tun";
    pub const HABITS_NOTE: &str = "nur an diesem Text gemessen";
    pub const LOOK: &str =
        "Steht „street“ statt „river“ da, findet derselbe Kopf nichts zu nehmen: Er ruht auf [SEP] und [CLS].";
    pub const LOOK_LINK: &str = "Ausprobieren →";
    pub const ARTICLE: &str = "Jedes Wort kann in einem Schritt jedes andere ansehen, nach beiden Seiten; ein rekurrentes Netz müsste die Information über alle Wörter dazwischen weitertragen.";
    pub const MISLEADS: &str = "Aufmerksamkeit zeigt, wohin ein Kopf sah, nicht, warum BERT so antwortet. Viele Köpfe ruhen auf [SEP], wenn sie nichts zu tun haben.";
    pub const PAIR_TRY: &str = "ein Textpaar";
    pub const SPECIAL_GROUP: &str = "[CLS] [SEP]";
    pub const AXES: &str = "Zeile = sieht hin, Spalte = wird angesehen";
    pub const NO_LOOKS: &str = "Zwischen diesen Wortstücken sieht dieser Kopf kaum hin. [CLS] und [SEP] zeigen oder einen anderen Kopf wählen.";
    pub const PICK: &str = "Ein Wortstück wählen, um zu sehen, wovon es nimmt; Esc hebt die Wahl auf.";
}

pub fn head_name(layer: usize, head: usize) -> String {
    format!("Schicht {layer}, Kopf {head}")
}

/// One cell of the matrix.
pub fn look(from: &str, to: &str, share: &str) -> String {
    format!("„{from}“ nimmt {share} von „{to}“")
}

pub fn attention_lede(layer: usize, head: usize, from: &str, to: &str, share: &str) -> String {
    format!("In Schicht {layer}, Kopf {head}, nimmt „{from}“ {share} von „{to}“.")
}

pub fn attention_heading(layer: usize, head: usize, piece: Option<&str>) -> String {
    match piece {
        Some(piece) => format!("Schicht {layer}, Kopf {head}: wovon „{piece}“ nimmt"),
        None => format!("Schicht {layer}, Kopf {head}: die stärksten Blicke"),
    }
}

pub fn attention_words(layer: usize, head: usize, piece: &str, list: &[(String, String)], of: usize) -> String {
    let named = list.iter().map(|(p, share)| format!("„{p}“ {share}")).collect::<Vec<_>>().join(", ");
    format!(
        "In Schicht {layer}, Kopf {head}, nimmt „{piece}“ von {named}; alle {of} Wortstücke ergeben zusammen 100 %."
    )
}

pub fn habit(habit: Habit) -> &'static str {
    match habit {
        Habit::Next => "nächstes Stück",
        Habit::Previous => "voriges Stück",
        Habit::Itself => "sich selbst",
        Habit::Separator => "[SEP]",
        Habit::Same => "gleiches Stück anderswo",
        Habit::Opening => "[CLS]",
        Habit::Punctuation => "Satzzeichen",
    }
}
