//! Stamps the page with the hash of the manifest it was built with: the manifest's cache key.

use sha2::{Digest as _, Sha256};

fn main() {
    let manifest = "assets/models/bert-base-uncased/manifest.json";
    println!("cargo:rerun-if-changed={manifest}");
    let bytes = std::fs::read(manifest).unwrap_or_default();
    let hash: String = Sha256::digest(&bytes).iter().take(8).map(|b| format!("{b:02x}")).collect();
    println!("cargo:rustc-env=BERTSCOPE_MANIFEST_VERSION={hash}");
}
