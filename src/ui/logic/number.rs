//! Numbers as people read them: as many digits as say something true, never more; with the page's language's point.

use super::language::Language;

/// A number that was written with a decimal point, groups with a comma: as the page's language writes it.
pub fn written(number: String) -> String {
    match Language::now() {
        Language::English => number,
        Language::German => number
            .chars()
            .map(|c| match c {
                '.' => ',',
                ',' => '.',
                c => c,
            })
            .collect(),
    }
}

/// To so many decimals.
pub fn fixed(value: f64, decimals: usize) -> String {
    written(format!("{value:.decimals$}"))
}

/// To so many decimals, with a true minus.
pub fn minus(value: f64, decimals: usize) -> String {
    fixed(value, decimals).replace('-', "−")
}

/// Several, told apart from each other where a comma is the decimal point.
pub fn list(numbers: impl Iterator<Item = String>) -> String {
    let between = if Language::now() == Language::German { "; " } else { ", " };
    numbers.collect::<Vec<_>>().join(between)
}

/// A probability as a percentage, its sign tied to it by a no-break space: `98.1 %`, `0.82 %`, `0.09 %`, `0.0006 %`. Never 0 for what is
/// above 0, never 100 for what is below 1.
pub fn percent(probability: f32) -> String {
    let value = f64::from(probability) * 100.0;
    if !value.is_finite() {
        return "—".into();
    }
    if value <= 0.0 {
        return "0\u{a0}%".into();
    }
    if value >= 100.0 {
        return "100\u{a0}%".into();
    }
    // Near 100 the first digit that differs from 9 is what counts.
    if value >= 99.95 {
        let decimals = decimals_of_first_digit(100.0 - value);
        return if decimals > 4 { written("> 99.9999\u{a0}%".into()) } else { fixed(value, decimals) + "\u{a0}%" };
    }
    if value >= 1.0 {
        return fixed(value, 1) + "\u{a0}%";
    }
    if value >= 0.01 {
        return fixed(value, 2) + "\u{a0}%";
    }
    if value >= 1e-7 {
        return fixed(value, decimals_of_first_digit(value)) + "\u{a0}%";
    }
    let exponent = value.log10().floor() as i32;
    format!("{:.0} × 10{}\u{a0}%", value / 10f64.powi(exponent), superscript(exponent))
}

/// Decimals needed to write the first digit of a number below 1 that is not 0, once rounded.
fn decimals_of_first_digit(value: f64) -> usize {
    let mut decimals = (-value.log10().floor()).max(1.0) as usize;
    // 0.00096 rounds to 0.001: one decimal less says as much.
    if (value * 10f64.powi(decimals as i32)).round() >= 10.0 {
        decimals = decimals.saturating_sub(1).max(1);
    }
    decimals
}

fn superscript(exponent: i32) -> String {
    let digit = |c| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        c => char::from_digit(c as u32 - '0' as u32, 10)
            .and_then(|_| char::from_u32('⁰' as u32 + (c as u32 - '0' as u32)))
            .unwrap_or(c),
    };
    exponent.to_string().chars().map(digit).collect()
}

/// `30522` as `30,522`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    written(out)
}

/// `71.2 MB`, in powers of 1000 as downloads are told.
pub fn bytes(bytes: u64) -> String {
    let value = bytes as f64;
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.0} kB", value / 1e3),
        1_000_000..100_000_000 => fixed(value / 1e6, 1) + " MB",
        100_000_000..1_000_000_000 => format!("{:.0} MB", value / 1e6),
        _ => fixed(value / 1e9, 2) + " GB",
    }
}

/// `9.4 ms`, `132 ms`, `1.8 s`.
pub fn milliseconds(ms: f64) -> String {
    match ms {
        m if m < 0.1 => written("< 0.1 ms".into()),
        m if m < 10.0 => fixed(m, 1) + " ms",
        m if m < 1000.0 => format!("{m:.0} ms"),
        m => fixed(m / 1e3, 1) + " s",
    }
}

/// Time left at a rate: `12 s`, `3 min`; empty while the rate is unknown.
pub fn time_left(missing_bytes: u64, bytes_per_s: f64) -> String {
    if bytes_per_s < 1.0 || missing_bytes == 0 {
        return String::new();
    }
    let seconds = (missing_bytes as f64 / bytes_per_s).ceil();
    match seconds {
        s if s < 90.0 => format!("{s:.0} s"),
        s if s < 5400.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.0} h", s / 3600.0),
    }
}

/// `1 piece`, `23 pieces`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number as u64), if number == 1 { one } else { many })
}

/// A difference of logits: `1.2e-5` as `0.000012`, to two digits.
pub fn difference(value: f32) -> String {
    if value == 0.0 {
        return "0".into();
    }
    if !value.is_finite() {
        return value.to_string();
    }
    let decimals = (1.0 - value.abs().log10().floor()).clamp(1.0, 12.0) as usize;
    fixed(f64::from(value), decimals)
}

/// A number whose sign matters, to two decimals: `+1.20`, `−0.35`.
pub fn signed(value: f32) -> String {
    let sign = if value < 0.0 { '−' } else { '+' };
    format!("{sign}{}", fixed(value.abs().into(), 2))
}

/// A difference of probabilities in points: `+0.351` as `+35.1`.
pub fn points(difference: f32) -> String {
    let sign = if difference < 0.0 { '−' } else { '+' };
    format!("{sign}{}", fixed((difference.abs() * 100.0).into(), 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_honest() {
        for (p, text) in [
            (0.981_2, "98.1 %"),
            (0.0082, "0.82 %"),
            (0.0009, "0.09 %"),
            (0.000_006, "0.0006 %"),
            (0.051, "5.1 %"),
            (0.000_04, "0.004 %"),
            (0.000_099_6, "0.01 %"),
            (0.000_1, "0.01 %"),
            (0.0, "0 %"),
            (1.0, "100 %"),
            (0.9994, "99.9 %"),
            (0.999_6, "99.96 %"),
            (0.999_96, "99.996 %"),
            (0.999_999_9, "> 99.9999 %"),
            (3e-11, "3 × 10⁻⁹ %"),
        ] {
            assert_eq!(percent(p).replace('\u{a0}', " "), text, "{p}");
        }
    }

    #[test]
    fn never_all_and_never_nothing() {
        let mut p = 1e-9_f32;
        while p < 1.0 {
            assert_ne!(percent(p), "0\u{a0}%");
            assert_ne!(percent(p), "100\u{a0}%");
            assert!(!percent(1.0 - p).starts_with("100") || 1.0 - p >= 1.0, "{p}");
            p *= 1.07;
        }
    }

    #[test]
    fn the_written_number_is_within_one_of_its_last_digit() {
        let mut p = 1e-8_f32;
        while p < 0.9999 {
            let text = percent(p).replace('\u{a0}', " ");
            let number = text.trim_end_matches(" %").trim_start_matches("> ");
            let decimals = number.split_once('.').map_or(0, |(_, d)| d.len());
            let value: f64 = number.parse().expect("a number");
            let unit = 10f64.powi(-(decimals as i32));
            assert!((value - f64::from(p) * 100.0).abs() <= unit, "{p} → {text}");
            p *= 1.03;
        }
    }

    #[test]
    fn the_rest() {
        assert_eq!(grouped(30_522), "30,522");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(bytes(71_234_567), "71.2 MB");
        assert_eq!(bytes(512), "512 B");
        assert_eq!(milliseconds(9.44), "9.4 ms");
        assert_eq!(milliseconds(1840.0), "1.8 s");
        assert_eq!(time_left(10_000_000, 1e6), "10 s");
        assert_eq!(time_left(10, 0.0), "");
        assert_eq!(count(1, "piece", "pieces"), "1 piece");
        assert_eq!(difference(0.000_012_3), "0.000012");
        assert_eq!(difference(0.0), "0");
        assert_eq!([1.2, -0.351, 0.0].map(signed), ["+1.20", "−0.35", "+0.00"]);
        assert_eq!([0.351, -0.0004].map(points), ["+35.1", "−0.0"]);
    }
}
