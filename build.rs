//! Stamps the page with the hashes of the manifests it was built with: the manifests' cache keys.

use sha2::{Digest as _, Sha256};

fn main() {
    for (name, manifest) in [
        ("BERTSCOPE_MANIFEST_VERSION", "assets/models/bert-base-uncased/manifest.json"),
        ("BERTSCOPE_ADAPTERS_VERSION", "assets/adapters/manifest.json"),
    ] {
        println!("cargo:rerun-if-changed={manifest}");
        let bytes = std::fs::read(manifest).unwrap_or_default();
        let hash: String = Sha256::digest(&bytes).iter().take(8).map(|b| format!("{b:02x}")).collect();
        println!("cargo:rustc-env={name}={hash}");
    }
}
