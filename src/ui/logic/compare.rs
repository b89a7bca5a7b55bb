//! A pinned figure against the same figure now: what changed in texts, settings and numbers.

use super::address::settings;
use super::shot::{Shot, Table};

/// What a change is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Texts,
    Model,
    /// Live or recorded.
    Origin,
    /// By its key in the link.
    Setting(String),
    /// By the table's caption, the row's first cell and the column's head; each may be empty.
    Cell([String; 3]),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub what: What,
    /// Empty: there was, or is, none.
    pub old: String,
    pub new: String,
    /// New less old, with the unit that both have; none unless both are numbers of one unit.
    pub difference: Option<(String, String)>,
}

/// What changed, and how many cells did not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compared {
    pub changes: Vec<Change>,
    pub equal: usize,
}

/// `old` and `new` are the same figure at two moments; `origin` names live (false) and recorded (true).
pub fn compare(old: &Shot, new: &Shot, origin: [&str; 2]) -> Compared {
    let mut out = Compared::default();
    let mut put = |what: What, old: &str, new: &str| {
        if old != new {
            out.changes.push(Change { what, old: old.into(), new: new.into(), difference: None });
        }
    };
    put(What::Texts, &old.text(), &new.text());
    put(What::Model, &old.model, &new.model);
    put(What::Origin, origin[usize::from(old.recorded)], origin[usize::from(new.recorded)]);
    let (before, now) = (settings(&old.fragment), settings(&new.fragment));
    let gone = before.iter().filter(|(key, _)| now.iter().all(|(k, _)| k != key));
    for (key, _) in now.iter().chain(gone) {
        let of =
            |all: &[(String, String)]| all.iter().find(|(k, _)| k == key).map_or(String::new(), |(_, v)| v.clone());
        put(What::Setting(key.clone()), &of(&before), &of(&now));
    }
    let none = Table::default();
    for i in 0..old.tables.len().max(new.tables.len()) {
        let (was, is) = (old.tables.get(i).unwrap_or(&none), new.tables.get(i).unwrap_or(&none));
        cells(was, is, &mut out);
    }
    out
}

/// Rows are matched by their first cell, or by their place where first cells repeat.
fn cells(old: &Table, new: &Table, out: &mut Compared) {
    let unique = |t: &Table| t.rows.iter().enumerate().all(|(i, r)| t.rows[..i].iter().all(|s| s.first() != r.first()));
    let by_name = unique(old) && unique(new);
    let find = |table: &Table, place: usize, name: Option<&String>| {
        let row = if by_name { table.rows.iter().find(|r| r.first() == name) } else { table.rows.get(place) };
        row.cloned().unwrap_or_default()
    };
    let mut rows: Vec<(String, Vec<String>, Vec<String>)> = Vec::new();
    for (place, row) in new.rows.iter().enumerate() {
        rows.push((row.first().cloned().unwrap_or_default(), find(old, place, row.first()), row.clone()));
    }
    for (place, row) in old.rows.iter().enumerate() {
        if find(new, place, row.first()).is_empty() {
            rows.push((row.first().cloned().unwrap_or_default(), row.clone(), Vec::new()));
        }
    }
    let caption = if new.caption.is_empty() { &old.caption } else { &new.caption };
    for (name, was, is) in rows {
        for column in usize::from(by_name)..was.len().max(is.len()) {
            let cell = |row: &[String]| row.get(column).cloned().unwrap_or_default();
            let (was, is) = (cell(&was), cell(&is));
            if was == is {
                out.equal += 1;
                continue;
            }
            let head = new.head.get(column).or_else(|| old.head.get(column)).cloned().unwrap_or_default();
            let difference = difference(&was, &is);
            out.changes.push(Change {
                what: What::Cell([caption.clone(), name.clone(), head]),
                old: was,
                new: is,
                difference,
            });
        }
    }
}

/// A number as the page writes it: its digits with a point and no groups, its unit. None of what is a bound
/// ("> 99.9 %"), a power of ten or no number.
fn number(cell: &str, decimal_comma: bool) -> Option<(String, &str)> {
    let (point, group) = if decimal_comma { (',', '.') } else { ('.', ',') };
    let cell = cell.trim();
    let of_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '−' | '+');
    let (digits, unit) = cell.split_at(cell.find(|c| !of_number(c)).unwrap_or(cell.len()));
    let unit = unit.trim();
    if unit.len() > 6 || unit.starts_with(['×', 'e']) || unit.contains(char::is_whitespace) {
        return None;
    }
    let (whole, fraction) = digits.split_once(point).unwrap_or((digits, ""));
    // Groups are of three digits; anything else is a list, a date, a place.
    let grouped = whole.contains(group);
    if grouped && whole.trim_start_matches(['-', '−', '+']).starts_with('0') {
        return None;
    }
    if fraction.contains(['.', ',']) || whole.split(group).skip(1).any(|g| g.len() != 3) {
        return None;
    }
    let whole: String = whole.chars().filter(|c| *c != group).map(|c| if c == '−' { '-' } else { c }).collect();
    let plain = if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") };
    plain.parse::<f64>().ok()?;
    Some((plain, unit))
}

/// A cell as a machine reads it: a number with a point, without groups, and with its unit; all else as it is.
pub fn plain(cell: String, decimal_comma: bool) -> String {
    match number(&cell, decimal_comma) {
        Some((digits, "")) => digits,
        Some((digits, unit)) => format!("{digits} {unit}"),
        None => cell,
    }
}

/// A plain cell as a table of changes shows it: what has more than six decimals is cut to four digits that count.
pub fn short(cell: &str) -> String {
    let decimals = cell.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    match cell.parse::<f64>() {
        Ok(value) if decimals > 6 && value != 0.0 => {
            let decimals = (3.0 - value.abs().log10().floor()).clamp(0.0, 12.0) as usize;
            format!("{value:.decimals$}")
        }
        _ => cell.to_owned(),
    }
}

/// Of plain cells; with no more decimals than the less precise of both.
fn difference(old: &str, new: &str) -> Option<(String, String)> {
    let ((old, unit), (new, same)) = (number(old, false)?, number(new, false)?);
    let decimals = |digits: &str| digits.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let (before, now): (f64, f64) = (old.parse().ok()?, new.parse().ok()?);
    let decimals = decimals(&old).min(decimals(&new)).min(6);
    (unit == same).then(|| (format!("{:+.decimals$}", now - before).replace('-', "−"), unit.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|c| (*c).to_owned()).collect()
    }

    fn shot(text: &str, fragment: &str, rows: &[&[&str]]) -> Shot {
        let head = row(&["piece", "probability"]);
        let rows = rows.iter().map(|r| row(r)).collect();
        Shot {
            texts: vec![text.into()],
            fragment: fragment.into(),
            tables: vec![Table { caption: String::new(), head, rows }],
            ..Shot::default()
        }
    }

    fn told(change: &Change) -> String {
        let difference = change.difference.as_ref().map_or(String::new(), |(d, unit)| format!("{d}{unit}"));
        let what = match &change.what {
            What::Cell([_, row, column]) => format!("{row}/{column}"),
            What::Setting(key) => key.clone(),
            other => format!("{other:?}"),
        };
        format!("{what}: {} → {} {difference}", change.old, change.new)
    }

    #[test]
    fn texts_settings_and_cells_stand_old_beside_new() {
        let old = shot(
            "a",
            "attention?a=a&head=8.10&piece=3",
            &[&["pair", "45.1\u{a0}%"], &["box", "0.82\u{a0}%"], &["x", "1"]],
        );
        let new =
            shot("b", "attention?a=b&head=8.11", &[&["pair", "12.3\u{a0}%"], &["bag", "9.1\u{a0}%"], &["x", "1"]]);
        let Compared { changes, equal } = compare(&old, &new, ["live", "recorded"]);
        let lines: Vec<String> = changes.iter().map(told).collect();
        assert_eq!(
            lines,
            [
                "Texts: a → b ",
                "head: 8.10 → 8.11 ",
                "piece: 3 →  ",
                "pair/probability: 45.1\u{a0}% → 12.3\u{a0}% −32.8%",
                "bag/probability:  → 9.1\u{a0}% ",
                "box/probability: 0.82\u{a0}% →  ",
            ]
        );
        assert_eq!(equal, 1);
        assert_eq!(compare(&old, &old, ["live", "recorded"]), Compared { changes: vec![], equal: 3 });
        let recorded = Shot { recorded: true, ..old.clone() };
        assert_eq!(told(&compare(&recorded, &old, ["live", "recorded"]).changes[0]), "Origin: recorded → live ");
    }

    #[test]
    fn rows_whose_names_repeat_are_matched_by_place() {
        let old = shot("", "", &[&["the", "1"], &["the", "2"]]);
        let new = shot("", "", &[&["the", "1"], &["the", "5"]]);
        let changes = compare(&old, &new, ["", ""]).changes;
        assert_eq!(changes.iter().map(told).collect::<Vec<_>>(), ["the/probability: 2 → 5 +3"]);
    }

    #[test]
    fn differences_are_of_one_unit_and_no_more_precise_than_what_they_are_of() {
        let of = |a, b| difference(a, b).map(|(d, u)| format!("{d} {u}"));
        assert_eq!(of("30522", "30,523").as_deref(), Some("+1 "));
        assert_eq!(of("0.25", "0.75").as_deref(), Some("+0.50 "));
        assert_eq!(of("−0.53", "0.4").as_deref(), Some("+0.9 "));
        assert_eq!(of("9.4 ms", "12 ms").as_deref(), Some("+3 ms"));
        assert_eq!(of("9.4 ms", "1.2 s"), None);
        assert_eq!(of("> 99.9999\u{a0}%", "50.0\u{a0}%"), None);
        assert_eq!(of("3 × 10⁻⁸\u{a0}%", "50.0\u{a0}%"), None);
        assert_eq!(of("pair", "box"), None);
        assert_eq!(of("1,2", "1,3"), None);
        assert_eq!(of("8.10.2", "1"), None);
        assert_eq!(of("", "1"), None);
    }
    #[test]
    fn numbers_are_plain_in_either_language() {
        let of = |cell: &str, comma| plain(cell.to_owned(), comma);
        assert_eq!(of("30,522", false), "30522");
        assert_eq!(of("−1,234.5\u{a0}%", false), "-1234.5 %");
        assert_eq!(of("1.234,5\u{a0}%", true), "1234.5 %");
        assert_eq!(of("12,5", true), "12.5");
        assert_eq!(
            ["0.86150825", "0.0010646564", "0.5", "98.1 %", "pair"].map(short),
            ["0.8615", "0.001065", "0.5", "98.1 %", "pair"]
        );
        for cell in ["pair", "8.10.2", "> 99.9 %", "1, 2", ".", "", "2019-09-17", "##ing", "3 × 10⁻⁸ %"] {
            assert_eq!(of(cell, false), cell);
        }
    }
}
