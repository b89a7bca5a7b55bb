//! What is right of a guess.

/// Places of the largest value; several where they tie.
pub fn largest(values: &[f32]) -> Vec<usize> {
    let most = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    (0..values.len()).filter(|&i| values[i] == most).collect()
}

/// The band of a probability of "positive": negative from 90 %, from 75 %, neither, positive from 75 %, from 90 %.
pub fn band(positive: f32) -> usize {
    let sure = super::verdict::SURE;
    match positive {
        p if p <= 0.1 => 0,
        p if p <= 1.0 - sure => 1,
        p if p < sure => 2,
        p if p < 0.9 => 3,
        _ => 4,
    }
}

/// Names told apart: those that come more than once get their place among all, from 1.
pub fn told_apart(names: &[String], nth: fn(&str, usize) -> String) -> Vec<String> {
    let often = |name: &String| names.iter().filter(|n| *n == name).count() > 1;
    names.iter().enumerate().map(|(i, n)| if often(n) { nth(n, i + 1) } else { n.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_are_all_right() {
        assert_eq!(largest(&[0.1, 0.7, 0.2]), [1]);
        assert_eq!(largest(&[0.5, 0.1, 0.5]), [0, 2]);
        assert!(largest(&[]).is_empty());
    }

    #[test]
    fn bands_meet_where_the_words_say() {
        let at: Vec<usize> = [0.0, 0.1, 0.11, 0.25, 0.26, 0.74, 0.75, 0.89, 0.9, 1.0].map(band).into();
        assert_eq!(at, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    }

    #[test]
    fn the_same_name_twice_is_numbered() {
        let names = ["[CLS]", "the", "dog", "the"].map(String::from);
        assert_eq!(told_apart(&names, |n, i| format!("{n}{i}")), ["[CLS]", "the2", "dog", "the4"]);
    }
}
