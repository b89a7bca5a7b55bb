//! Lines of JSON objects, one a row: a column for each key.

use super::Reason;
use serde_json::{Map, Value};

/// More keys are not looked at.
const MAX_KEYS: usize = 256;

fn object(line: &[u8]) -> Result<Map<String, Value>, Reason> {
    let text = std::str::from_utf8(line).map_err(|_| Reason::NotText)?;
    serde_json::from_str(text).map_err(|_| Reason::NotJson)
}

/// The values of these keys as texts, in their order; empty where an object has none.
pub fn fields(line: &[u8], keys: &[String]) -> Result<Vec<Vec<u8>>, Reason> {
    let mut object = object(line)?;
    let text = |value: Value| match value {
        Value::Null => Vec::new(),
        Value::String(text) => text.into_bytes(),
        other => other.to_string().into_bytes(),
    };
    Ok(keys.iter().map(|key| object.remove(key).map(text).unwrap_or_default()).collect())
}

/// All keys of these lines; those of an object stand by the alphabet, each object's new ones last.
pub fn keys<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for object in lines.filter_map(|line| object(line).ok()) {
        for key in object.into_iter().map(|(key, _)| key) {
            if !keys.contains(&key) && keys.len() < MAX_KEYS {
                keys.push(key);
            }
        }
    }
    keys
}
