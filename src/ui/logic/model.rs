//! Which model the page runs on: its own first one, its second one, or a visitor's.

use crate::protocol::Failure;
use serde::Deserialize;
use std::sync::LazyLock;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// BERT-Base, uncased: loaded when the page opens.
    Base,
    /// BERT-Base, cased: loaded on request.
    Cased,
    /// A visitor's own.
    Own,
}

impl Model {
    /// A visitor's own goes before what the address says.
    pub fn of(own: bool, cased: bool) -> Self {
        match (own, cased) {
            (true, _) => Self::Own,
            (false, true) => Self::Cased,
            (false, false) => Self::Base,
        }
    }
}

/// What a pack weighs, bytes, as this page was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weighs {
    pub weights: u64,
    /// Vocabulary and manifest.
    pub vocabulary: u64,
}

pub static BASE: LazyLock<Weighs> =
    LazyLock::new(|| weighs(env!("BERTSCOPE_BASE_BYTES"), env!("BERTSCOPE_BASE_VOCABULARY_BYTES")));
pub static CASED: LazyLock<Weighs> =
    LazyLock::new(|| weighs(env!("BERTSCOPE_CASED_BYTES"), env!("BERTSCOPE_CASED_VOCABULARY_BYTES")));

fn weighs(weights: &str, vocabulary: &str) -> Weighs {
    let read = |bytes: &str| bytes.parse().unwrap_or_default();
    Weighs { weights: read(weights), vocabulary: read(vocabulary) }
}

/// The base that the shipped adapters are bound to, and the second one.
static HASHES: LazyLock<[String; 2]> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct Proof {
        base_hash: String,
    }
    let hash = |json| serde_json::from_str::<Proof>(json).map(|p| p.base_hash).unwrap_or_default();
    [
        hash(include_str!("../../../assets/recorded/proof.json")),
        hash(include_str!("../../../assets/recorded/proof_cased.json")),
    ]
});

pub fn base_hash() -> &'static str {
    &HASHES[0]
}

/// The base hash of a model of the page's own.
pub fn hash_of(model: Model) -> Option<&'static str> {
    match model {
        Model::Base => Some(&HASHES[0]),
        Model::Cased => Some(&HASHES[1]),
        Model::Own => None,
    }
}

/// The model of the page's own with this base hash.
pub fn of_hash(hash: &str) -> Option<Model> {
    let at = HASHES.iter().position(|h| h == hash)?;
    Some([Model::Base, Model::Cased][at])
}

/// What the page's own models are called, in every language, by their manifests.
pub fn title(model: Model) -> Option<&'static str> {
    match model {
        Model::Base => Some("BERT-Base, uncased"),
        Model::Cased => Some("BERT-Base, cased"),
        Model::Own => None,
    }
}

/// A reason with the names of the page's bases in place of their hashes.
pub fn with_names(reason: &str) -> String {
    let named = |text: String, model| match (hash_of(model), title(model)) {
        (Some(hash), Some(name)) => text.replace(hash, name),
        _ => text,
    };
    [Model::Base, Model::Cased].into_iter().fold(reason.to_owned(), named)
}

/// The name of the base that a file says it was made for, if it is one of the page's.
pub fn base_name(hash: &str) -> Option<&'static str> {
    title(of_hash(hash)?)
}

/// Whether a load failed because the host has no such pack: a status that says so, or a page in the manifest's place.
pub fn is_not_on_this_host(failure: &Failure) -> bool {
    match failure {
        Failure::Download { file, status, .. } => file == "manifest.json" && matches!(status, 403 | 404 | 410),
        Failure::Manifest { .. } => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::manifest::Manifest;

    const MANIFESTS: [&[u8]; 2] = [
        include_bytes!("../../../assets/models/bert-base-uncased/manifest.json"),
        include_bytes!("../../../assets/models/bert-base-cased/manifest.json"),
    ];

    #[test]
    fn the_page_knows_its_packs() {
        for ((json, weighs), model) in MANIFESTS.iter().zip([*BASE, *CASED]).zip([Model::Base, Model::Cased]) {
            let manifest = Manifest::parse(json).expect("a manifest");
            assert_eq!(weighs.weights, manifest.total_bytes());
            assert_eq!(weighs.vocabulary, manifest.vocab.bytes + json.len() as u64);
            assert_eq!(of_hash(&manifest.base_hash), Some(model));
            assert_eq!(base_name(&manifest.base_hash), Some(manifest.title.as_str()));
        }
        assert_eq!(of_hash("00ff"), None);
        assert_ne!(HASHES[0], HASHES[1]);
    }

    #[test]
    fn a_visitors_own_goes_first() {
        assert_eq!([(false, false), (false, true), (true, true)].map(|(o, c)| Model::of(o, c)), {
            [Model::Base, Model::Cased, Model::Own]
        });
    }

    #[test]
    fn a_pack_left_out_is_told_from_one_that_broke() {
        let download = |file: &str, status| Failure::Download { file: file.into(), status, reason: String::new() };
        assert!(is_not_on_this_host(&download("manifest.json", 404)));
        assert!(is_not_on_this_host(&Failure::Manifest { reason: "a page".into() }));
        assert!(!is_not_on_this_host(&download("manifest.json", 0)));
        assert!(!is_not_on_this_host(&download("manifest.json", 503)));
        assert!(!is_not_on_this_host(&download("part-01.safetensors", 404)));
        assert!(!is_not_on_this_host(&Failure::Corrupt { file: "manifest.json".into() }));
    }

    #[test]
    fn bases_are_called_by_their_names() {
        let hash = |model| hash_of(model).expect("one of the page's");
        let (base, cased) = (hash(Model::Base), hash(Model::Cased));
        assert_eq!(base_name("00ff"), None);
        let reason = with_names(&format!("it was made for the base {cased}, the page holds {base}"));
        assert_eq!(reason, "it was made for the base BERT-Base, cased, the page holds BERT-Base, uncased");
        assert_eq!(with_names("made for 00ff"), "made for 00ff");
        let said = crate::ui::words::own::bound("sentiment", base, cased);
        assert!(said.contains("another base, BERT-Base, uncased, and does not fit BERT-Base, cased."), "{said}");
        let said = crate::ui::words::own::bound("mine", "00ff", "11ff");
        assert!(said.contains("another base and does not fit this model."), "{said}");
    }
}
