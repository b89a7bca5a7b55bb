//! Small services of the browser.

use super::logic::language::Language;
use crate::protocol::{EngineChoice, Load};
use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, Element, HtmlAnchorElement, Node, Url};

/// Folder of the model, relative to the page. `?model=NAME` names another folder of assets/models.
pub fn model_url() -> String {
    let search = location().search().unwrap_or_default();
    let named = web_sys::UrlSearchParams::new_with_str(&search).ok().and_then(|p| p.get("model"));
    let plain = |name: &String| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && !name.is_empty();
    format!("assets/models/{}/", named.filter(plain).unwrap_or_else(|| "bert-base-uncased".into()))
}

/// Folder of the task adapters, relative to the page.
const ADAPTERS_URL: &str = "assets/adapters/";

/// What loads a model on an engine.
pub fn load(model_url: String, engine: EngineChoice) -> Load {
    Load { model_url, adapters_url: ADAPTERS_URL.into(), engine }
}

/// The worker's file, as boot.js names it.
pub fn worker_url() -> String {
    let root = document().document_element();
    root.and_then(|e| e.get_attribute("data-worker")).unwrap_or_else(|| "./worker.js".into())
}

/// Whether the visitor has told the browser to save data.
pub fn saves_data() -> bool {
    let connection = js_sys::Reflect::get(&window().navigator(), &"connection".into());
    let saves = connection.and_then(|c| js_sys::Reflect::get(&c, &"saveData".into()));
    saves.is_ok_and(|v| v.is_truthy())
}

/// Copies, and says whether the browser let it: it does not while the page has no focus.
pub async fn copy(text: &str) -> bool {
    JsFuture::from(window().navigator().clipboard().write_text(text)).await.is_ok()
}

/// Hands the visitor a file made here.
pub fn download(name: &str, mime: &str, text: &str) -> Result<(), JsValue> {
    hand_over(name, &blob(mime, text)?)
}

/// A text as a file without a name.
pub fn blob(mime: &str, text: &str) -> Result<Blob, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &options)
}

/// Likewise, of bytes.
pub fn download_bytes(name: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let part = js_sys::Uint8Array::from(bytes);
    hand_over(name, &Blob::new_with_u8_array_sequence(&js_sys::Array::of1(&part))?)
}

/// Hands the visitor a file that the worker made.
pub fn save(file: &web_sys::File) {
    let _ = hand_over(&file.name(), file);
}

/// Hands the visitor a file under a name.
pub fn hand_over(name: &str, blob: &Blob) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(blob)?;
    let anchor: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    // Revoked later: some browsers read the blob only after the click has been handled.
    set_timeout(move || drop(Url::revoke_object_url(&url)), std::time::Duration::from_secs(30));
    Ok(())
}

fn local_storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// "light", "dark" or "auto".
pub fn theme() -> String {
    local_storage().and_then(|s| s.get_item("theme").ok().flatten()).unwrap_or_else(|| "auto".into())
}

pub fn set_theme(theme: &str) {
    let Some(root) = document().document_element() else { return };
    let fixed = theme != "auto";
    let _ = if fixed { root.set_attribute("data-theme", theme) } else { root.remove_attribute("data-theme") };
    if let Some(storage) = local_storage() {
        let _ = if fixed { storage.set_item("theme", theme) } else { storage.remove_item("theme") };
    }
}

/// The visitor's choice, or else the first of their browser's languages that the page has.
pub fn language() -> Language {
    let chosen = local_storage().and_then(|s| s.get_item("language").ok().flatten());
    let of_browser = || window().navigator().languages().iter().filter_map(|code| code.as_string()).collect::<Vec<_>>();
    chosen.and_then(|code| Language::of_code(&code)).unwrap_or_else(|| Language::first_of(of_browser()))
}

/// From here on, words are in this language, and the document says so.
pub fn write_in(language: Language) {
    language.set();
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", language.code());
    }
}

pub fn keep_language(language: Language) {
    if let Some(storage) = local_storage() {
        let _ = storage.set_item("language", language.code());
    }
}

/// Red, green, blue of --heat as the theme has it now.
pub fn heat_colour() -> [u8; 3] {
    colours(["--heat"])[0]
}

/// Red, green, blue of the theme's properties, as they are now.
pub fn colours<const N: usize>(names: [&str; N]) -> [[u8; 3]; N] {
    let style = document().document_element().and_then(|root| {
        let get = js_sys::Reflect::get(&window(), &"getComputedStyle".into()).ok()?;
        get.dyn_ref::<js_sys::Function>()?.call1(&window(), &root).ok()
    });
    names.map(|name| {
        let value = style.as_ref().and_then(|style| {
            let read = js_sys::Reflect::get(style, &"getPropertyValue".into()).ok()?;
            read.dyn_ref::<js_sys::Function>()?.call1(style, &name.into()).ok()?.as_string()
        });
        let mut parts = value.iter().flat_map(|s| s.split_whitespace()).filter_map(|n| n.parse().ok());
        [(); 3].map(|()| parts.next().unwrap_or(110))
    })
}

/// How far the page is scrolled, in pixels.
pub fn scrolled() -> f64 {
    window().scroll_y().unwrap_or(0.0)
}

pub fn scroll_to(place: f64) {
    window().scroll_to_with_x_and_y(0.0, place);
}

/// All that a selector finds below a node.
pub fn all(root: &Node, selector: &str) -> Vec<Element> {
    let found = match root.dyn_ref::<Element>() {
        Some(element) => element.query_selector_all(selector),
        None => document().query_selector_all(selector),
    };
    let Ok(found) = found else { return Vec::new() };
    (0..found.length()).filter_map(|i| found.get(i)?.dyn_into().ok()).collect()
}

/// The page's `<details>`, in its order.
fn folds() -> Vec<Element> {
    all(&document().into(), "details")
}

/// Which of the page's `<details>` are open.
pub fn unfolded() -> Vec<bool> {
    folds().iter().map(|fold| fold.has_attribute("open")).collect()
}

/// Opens and closes them as they were, if there are as many.
pub fn unfold(were: &[bool]) {
    let folds = folds();
    if folds.len() == were.len() {
        for (fold, open) in folds.iter().zip(were) {
            let _ = if *open { fold.set_attribute("open", "") } else { fold.remove_attribute("open") };
        }
    }
}

/// Puts the keyboard's focus on an element of the page.
pub fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id).and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Puts the keyboard's focus on an element, without scrolling, where nothing has it any more.
pub fn focus_if_lost(id: &str) {
    let lost = document().active_element().is_none_or(|e| e.tag_name().eq_ignore_ascii_case("body"));
    let Some(element) = document().get_element_by_id(id).filter(|_| lost) else { return };
    let still = js_sys::Object::new();
    let _ = js_sys::Reflect::set(&still, &"preventScroll".into(), &true.into());
    if let Ok(focus) = js_sys::Reflect::get(&element, &"focus".into()).and_then(|f| f.dyn_into::<js_sys::Function>()) {
        let _ = focus.call1(&element, &still);
    }
}

/// The address of this page without its fragment.
pub fn page_url() -> String {
    let page = location().href().unwrap_or_default();
    page.split('#').next().unwrap_or_default().to_owned()
}

/// Scrolls to an element of the page and puts the keyboard's focus there.
pub fn show(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        element.scroll_into_view();
    }
    focus(id);
}

/// Whether a service worker serves this page: the next visit needs no network.
pub fn is_kept_offline() -> bool {
    let get = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &name.into()).unwrap_or(JsValue::UNDEFINED);
    let container = get(&window().navigator(), "serviceWorker");
    !container.is_undefined() && get(&container, "controller").is_truthy()
}

/// Text twins start open where the figure is small.
pub fn is_narrow() -> bool {
    window().inner_width().ok().and_then(|w| w.as_f64()).is_some_and(|w| w < 900.0)
}
