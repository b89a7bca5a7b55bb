//! Words of "Inside": a matrix in codes.

use super::comma;
use crate::ui::logic::stored::Words;

pub const STORED: &str = "Ein Gewicht in 4 Bit";
pub const LEDE: &str = "Die Datei enthält keine Gewichte als solche. 32 Nachbarn einer Zeile teilen sich zwei Zahlen, eine Skala und ein Minimum; jedes Gewicht ist einer von 16 Codes, und Gewicht = Skala × Code + Minimum. Bei 8 Bit sind es 255 Codes mit Vorzeichen und ohne Minimum. Das sind die Codes der Datei, die diese Seite geladen hat.";
pub const MATRIX: &str = "Matrix";
pub const ROW: &str = "Zeile";
pub const GROUP: &str = "32er-Gruppe";
pub const READING: &str = "Liest die Datei …";
pub const FIGURE: &str = "Die 32 Gewichte auf ihrem Raster";
pub const CODES_HEAD: [&str; 4] = ["Code", "steht für", "hier", "in der ganzen Matrix"];
pub const WEIGHTS_HEAD: [&str; 5] = ["Nummer", "Code", "Gewicht", "f32 (aufgezeichnet)", "daneben um"];
pub const KEY: &str = "Punkte: die Gewichte, wie sie gespeichert sind, jedes auf seiner Stufe des Rasters. Marken darüber, bernsteinfarben: die f32-Originale, aufgezeichnet, als die Datei beurteilt wurde.";
pub const KEY_ALONE: &str = "Punkte: die Gewichte, wie sie gespeichert sind, jedes auf seiner Stufe des Rasters. Die f32-Originale sind für die erste Gruppe von Zeile 1 aufgezeichnet.";
pub const WORDS_HEAD: [&str; 4] = ["Gewichte", "Verlust", "auf Anhieb richtig", "daneben um"];
pub const WORDS_ROWS: [&str; 3] = ["f32", "4 Bit, wie hier", "8 Bit"];
pub const NOTE: &str = "Daneben um: die Größe aller Differenzen zusammen, geteilt durch die Größe aller Gewichte zusammen, ‖W − Ŵ‖ / ‖W‖. Eine Stufe des Rasters ist klein neben einem Gewicht, auf das es ankommt, die Differenzen gehen nach oben und nach unten, und in Summen über Hunderte heben sie sich meist auf: Deshalb ändern sich die Wörter kaum.";
pub const NOT_RECORDED: &str =
    "Für diese Gewichte ist nichts aufgezeichnet: Was sie waren, bevor sie zu Codes wurden, steht nicht in der Datei.";

pub fn grid(scale: f32, minimum: Option<f32>) -> String {
    let scale = weight(scale);
    match minimum {
        Some(minimum) => {
            format!("Skala {scale}, Minimum {}: Die Stufen liegen {scale} auseinander.", weight(minimum))
        }
        None => format!("Skala {scale}, kein Minimum: Die Stufen liegen {scale} auseinander."),
    }
}

/// A weight.
pub fn weight(value: f32) -> String {
    comma(format!("{value:.5}").replace('-', "−"))
}

pub fn code(code: i16) -> String {
    code.to_string().replace('-', "−")
}

pub fn matrix_off(off: [f64; 2]) -> String {
    format!(
        "Diese Matrix liegt in 4 Bit um {} % ihrer Größe daneben, in 8 Bit wären es {} %.",
        comma(format!("{:.1}", off[0] * 100.0)),
        comma(format!("{:.2}", off[1] * 100.0))
    )
}

pub fn of_group(worst: f32, steps: f32) -> String {
    format!(
        "In dieser Gruppe ist die größte Differenz {}, das sind {} Stufen.",
        weight(worst),
        comma(format!("{steps:.2}"))
    )
}

pub fn judged(words: &Words) -> String {
    let n = crate::ui::logic::number::grouped(words.n as u64);
    format!("{n} verborgene Wörter in Wikipedia, erraten mit jeder Art von Gewichten")
}
