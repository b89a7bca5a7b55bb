//! Comma-separated values, as RFC 4180 has them.

/// One row; fields are quoted where they must be.
pub fn row<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let quoted = |field: &str| {
        if field.contains(['"', ',', '\n', '\r']) || field.starts_with(' ') || field.ends_with(' ') {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            field.to_owned()
        }
    };
    let mut line = fields.into_iter().map(quoted).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

#[cfg(test)]
mod tests {
    #[test]
    fn quotes_what_would_break() {
        assert_eq!(super::row(["a", "b"]), "a,b\r\n");
        assert_eq!(super::row([",", "\"", "a\nb"]), "\",\",\"\"\"\",\"a\nb\"\r\n");
    }
}
