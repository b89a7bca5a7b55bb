//! A card as an SVG that stands alone: boxes, texts, SVG figures and canvases, where and in the colours that the
//! browser gives them now. Texts stay texts. Text twins and tools are left out.

use super::pen::{Area, BASELINE, Pen, get, style_of};
use crate::ui::browser;
use crate::ui::logic::xml::{escaped, wrapped};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, Element, HtmlCanvasElement, Url};

/// Around a card, and the height of a line of its caption, in CSS pixels.
const EDGE: f64 = 16.0;
const LINE: f64 = 18.0;
/// Width of a character of the caption, more or less.
const CHARACTER: f64 = 6.6;
/// Pixels of a PNG for one of the page, and its longest side.
const SCALE: f64 = 2.0;
const MAX_SIDE: f64 = 8192.0;

/// Set while a card is drawn: the style sheet then hides its words and tools, and opens what scrolls.
const TAKING: &str = "data-taking";

/// A picture of a card, its caption below. Width and height in CSS pixels come with it.
pub fn svg_of(card: &Element, title: &str, caption: &[String]) -> Option<(String, [f64; 2])> {
    // Drawn in one go: the browser shows nothing of it.
    card.set_attribute(TAKING, "").ok()?;
    let drawn = draw(card, title, caption);
    card.remove_attribute(TAKING).ok()?;
    drawn
}

fn draw(card: &Element, title: &str, caption: &[String]) -> Option<(String, [f64; 2])> {
    let rect = card.get_bounding_client_rect();
    let mut pen = Pen { out: String::new(), left: rect.x() - EDGE, top: rect.y() - EDGE };
    let area = pen.area(&rect);
    pen.element(card, Area { height: f64::INFINITY, ..area });
    let ground = get(&style_of(&document().document_element()?)?, "background-color");
    let style = style_of(card)?;
    let (ink, family) = (get(&style, "color"), escaped(&get(&style, "font-family")));
    let width = (area.width + 2.0 * EDGE).ceil();
    let mut y = area.y + area.height + EDGE / 2.0;
    for line in caption.iter().flat_map(|c| wrapped(c, ((width - 2.0 * EDGE) / CHARACTER) as usize)) {
        pen.put(format_args!(
            "<text x=\"{EDGE}\" y=\"{:.1}\" font-family=\"{family}\" font-size=\"12.5px\" fill=\"{ink}\">{}</text>",
            y + LINE * BASELINE,
            escaped(&line)
        ));
        y += LINE;
    }
    let height = (y + EDGE).ceil();
    let out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\
         <title>{}</title><desc>{}</desc><rect width=\"{width}\" height=\"{height}\" fill=\"{ground}\"/>{}</svg>\n",
        escaped(title),
        escaped(&caption.join(" · ")),
        pen.out
    );
    Some((out, [width, height]))
}

/// Draws the SVG on a canvas and hands over a PNG.
pub async fn save_png(name: String, svg: String, [width, height]: [f64; 2]) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(&browser::blob("image/svg+xml", &svg)?)?;
    let image = web_sys::HtmlImageElement::new()?;
    image.set_src(&url);
    let decoded = JsFuture::from(image.decode()).await;
    Url::revoke_object_url(&url)?;
    decoded?;
    let scale = SCALE.min(MAX_SIDE / width.max(height));
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    canvas.set_width((width * scale) as u32);
    canvas.set_height((height * scale) as u32);
    let context = canvas.get_context("2d")?.and_then(|c| c.dyn_into::<CanvasRenderingContext2d>().ok());
    let context = context.ok_or(JsValue::NULL)?;
    context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width * scale, height * scale)?;
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        // Calls back with null where it could not encode.
        let _ = canvas.to_blob(&resolve);
    });
    let blob: Blob = JsFuture::from(promise).await?.dyn_into()?;
    browser::hand_over(&name, &blob)
}
