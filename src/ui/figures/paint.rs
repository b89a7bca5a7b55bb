//! Attention values as pixels of one hue.

use leptos::prelude::*;
use wasm_bindgen::{Clamped, JsCast as _};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Draws `values` (S, S), one pixel a cell, for the pieces in `shown`. The root of the share is the
/// strength: small shares would not be seen otherwise.
pub fn paint(canvas: &HtmlCanvasElement, values: &[f32], tokens: usize, shown: &[usize], colour: [u8; 3]) {
    let side = shown.len();
    if side == 0 || values.len() != tokens * tokens {
        return;
    }
    // 144 heads of 128 pieces are two million pixels: the hue is laid down at once, and strengths into it.
    let [red, green, blue] = colour;
    let mut pixels = [red, green, blue, 0].repeat(side * side);
    for (row, &i) in pixels.chunks_exact_mut(4 * side).zip(shown) {
        let values = &values[i * tokens..][..tokens];
        for (pixel, &j) in row.chunks_exact_mut(4).zip(shown) {
            pixel[3] = (values[j].clamp(0.0, 1.0).sqrt() * 255.0) as u8;
        }
    }
    // A size that is set, the same too, clears the canvas and takes time.
    if (canvas.width(), canvas.height()) != (side as u32, side as u32) {
        canvas.set_width(side as u32);
        canvas.set_height(side as u32);
    }
    let context = canvas.get_context("2d").ok().flatten().and_then(|c| c.dyn_into::<CanvasRenderingContext2d>().ok());
    let image = ImageData::new_with_u8_clamped_array(Clamped(&pixels), side as u32);
    if let (Some(context), Ok(image)) = (context, image) {
        // Fails only for a detached image.
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}

/// The hue as the theme has it; read again when it changes.
pub fn use_heat() -> Memo<[u8; 3]> {
    let store = crate::ui::store::store();
    Memo::new(move |_| {
        store.repaints.track();
        crate::ui::browser::heat_colour()
    })
}
