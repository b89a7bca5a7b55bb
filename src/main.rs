//! One binary for both: in a window it mounts the page, in a worker it serves the engine.

#[cfg(target_arch = "wasm32")]
fn main() {
    use wasm_bindgen::JsCast as _;
    if js_sys::global().dyn_ref::<web_sys::DedicatedWorkerGlobalScope>().is_some() {
        bertscope::worker::serve();
    } else {
        bertscope::ui::mount();
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("Bertscope is a web page: run `cargo xtask serve`.");
}
