//! What a host must send with each file: one place for `dist/_headers` and for our own server.

/// The page's rights: its own files, WebAssembly, nothing inline, nobody else.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; \
     manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

/// Sent with every file.
pub const ALWAYS: [(&str, &str); 4] = [
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
];

const FOREVER: &str = "public, max-age=31536000, immutable";
/// Kept, but asked about each time: a new version is seen at once, an old one costs no bytes.
const ASK: &str = "no-cache";

/// `path` is relative to dist/. Only a name made from the content may be kept unasked.
pub fn cache_control(path: &str) -> &'static str {
    if is_content_named(path) { FOREVER } else { ASK }
}

/// "bertscope-0123456789abcdef.js", "bertscope-0123456789abcdef_bg.wasm"
fn is_content_named(path: &str) -> bool {
    let Some(rest) = path.strip_prefix("bertscope-") else { return false };
    rest.len() > 16 && rest.as_bytes()[..16].iter().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
}

pub fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "txt" | "md" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/vnd.microsoft.icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// Worth a precompressed twin; the weights are not (3 %).
pub fn is_compressible(path: &str) -> bool {
    matches!(content_type(path).split(';').next(), Some(t) if t.starts_with("text/") || t.contains("json"))
        || path.ends_with(".wasm")
        || path.ends_with(".svg")
}

/// The file that Netlify, Cloudflare Pages and others read. `files` are relative to dist/.
pub fn headers_file(files: &[String]) -> String {
    let mut text = String::from("/*\n");
    for (name, value) in ALWAYS {
        text += &format!("  {name}: {value}\n");
    }
    let mut rule = |path: &str, file: &str| {
        text += &format!("/{path}\n  Content-Type: {}\n  Cache-Control: {}\n", content_type(file), cache_control(file));
    };
    rule("", "index.html");
    for file in files.iter().filter(|file| !file.ends_with(".gz") && *file != "_headers") {
        rule(file, file);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_made_from_content_are_kept_unasked() {
        assert_eq!(cache_control("bertscope-0123456789abcdef_bg.wasm"), FOREVER);
        for file in
            ["index.html", "bertscope.js", "bertscope-debug-of-something.js", "assets/models/a/part-00.safetensors"]
        {
            assert_eq!(cache_control(file), ASK, "{file}");
        }
    }

    #[test]
    fn the_policy_allows_no_one_else() {
        assert!(CONTENT_SECURITY_POLICY.starts_with("default-src 'none'"));
        assert!(!CONTENT_SECURITY_POLICY.contains("unsafe-inline") && !CONTENT_SECURITY_POLICY.contains("http"));
    }

    #[test]
    fn wasm_has_its_type_and_weights_are_left_as_they_are() {
        assert_eq!(content_type("bertscope_bg.wasm"), "application/wasm");
        assert!(is_compressible("a.wasm") && is_compressible("assets/vocab.txt") && is_compressible("m.json"));
        assert!(!is_compressible("part-00.safetensors") && !is_compressible("icon.png"));
    }
}
