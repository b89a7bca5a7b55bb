//! A model all of whose weights were trained, as the folder that Hugging Face's `transformers` loads: beside these files
//! it holds the base's `vocab.txt`.

use crate::model::adapter::{Adapter, AdapterError, Head};
use crate::model::config::BertConfig;
use serde_json::{Map, Value, json};

pub const CONFIG: &str = "config.json";
pub const MODEL: &str = "model.safetensors";
pub const TOKENIZER: &str = "tokenizer_config.json";
pub const VOCAB: &str = "vocab.txt";

/// The files, names first. A temperature has no place there: the head is divided by it, and has no slope.
pub fn to_folder(adapter: &Adapter, c: &BertConfig) -> Result<[(&'static str, Vec<u8>); 3], AdapterError> {
    let adapter = adapter.at_temperature_one();
    let kind = match adapter.head {
        Head::Classifier => "BertForSequenceClassification",
        Head::Span { .. } => "BertForQuestionAnswering",
    };
    let words = json!({
        "architectures": [kind],
        "model_type": "bert",
        "vocab_size": c.vocab_size,
        "hidden_size": c.hidden_size,
        "num_hidden_layers": c.num_hidden_layers,
        "num_attention_heads": c.num_attention_heads,
        "intermediate_size": c.intermediate_size,
        "max_position_embeddings": c.max_position_embeddings,
        "type_vocab_size": c.type_vocab_size,
        "layer_norm_eps": c.layer_norm_eps,
        "hidden_act": c.hidden_act,
        "id2label": numbered(&adapter.labels, |i, label| (i.to_string(), label.into())),
        "label2id": numbered(&adapter.labels, |i, label| (label.to_owned(), i.into())),
    });
    let tokenizer = json!({ "tokenizer_class": "BertTokenizer", "do_lower_case": c.do_lower_case });
    let bytes = |words: Value| format!("{words:#}\n").into_bytes();
    Ok([(CONFIG, bytes(words)), (MODEL, adapter.to_bytes(c)?), (TOKENIZER, bytes(tokenizer))])
}

fn numbered(labels: &[String], entry: impl Fn(usize, &str) -> (String, Value)) -> Map<String, Value> {
    labels.iter().enumerate().map(|(i, label)| entry(i, label)).collect()
}
