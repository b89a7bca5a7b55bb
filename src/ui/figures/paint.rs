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
    let mut pixels = Vec::with_capacity(side * side * 4);
    for &i in shown {
        for &j in shown {
            let strength = values[i * tokens + j].clamp(0.0, 1.0).sqrt() * 255.0;
            pixels.extend([colour[0], colour[1], colour[2], strength as u8]);
        }
    }
    canvas.set_width(side as u32);
    canvas.set_height(side as u32);
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
