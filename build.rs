//! Stamps the page with the hashes of the manifests it was built with (the manifests' cache keys), and with what the
//! packs weigh, so that a button can say it before anything is fetched.

use sha2::{Digest as _, Sha256};
use std::path::Path;

fn main() {
    for (name, manifest) in [
        ("BERTSCOPE_MANIFEST_VERSION", "assets/models/bert-base-uncased/manifest.json"),
        ("BERTSCOPE_CASED_VERSION", "assets/models/bert-base-cased/manifest.json"),
        ("BERTSCOPE_ADAPTERS_VERSION", "assets/adapters/manifest.json"),
    ] {
        println!("cargo:rerun-if-changed={manifest}");
        let bytes = std::fs::read(manifest).unwrap_or_default();
        let hash: String = Sha256::digest(&bytes).iter().take(8).map(|b| format!("{b:02x}")).collect();
        println!("cargo:rustc-env={name}={hash}");
    }
    for (name, folder) in [("BASE", "assets/models/bert-base-uncased"), ("CASED", "assets/models/bert-base-cased")] {
        let (weights, vocabulary) = weighs(Path::new(folder));
        println!("cargo:rustc-env=BERTSCOPE_{name}_BYTES={weights}");
        println!("cargo:rustc-env=BERTSCOPE_{name}_VOCABULARY_BYTES={vocabulary}");
    }
}

/// Bytes of a pack's parts, and of its vocabulary and manifest.
fn weighs(folder: &Path) -> (u64, u64) {
    let mut sums = (0, 0);
    for file in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let bytes = file.metadata().map_or(0, |m| m.len());
        if file.file_name().to_string_lossy().starts_with("part-") {
            sums.0 += bytes;
        } else {
            sums.1 += bytes;
        }
    }
    sums
}
