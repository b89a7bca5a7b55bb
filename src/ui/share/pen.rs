//! Draws what the browser shows as SVG: boxes, texts, SVG figures, canvases.

use crate::ui::logic::xml::escaped;
use leptos::prelude::*;
use std::fmt::Write as _;
use wasm_bindgen::JsCast as _;
use web_sys::{CssStyleDeclaration, DomRect, Element, HtmlCanvasElement, Node};

/// What shows nothing of its own in a picture.
const LEFT_OUT: &str = ".sr, input, textarea";
/// Where a text's baseline lies in its box, as a share of the box's height: so in the common fonts.
pub const BASELINE: f64 = 0.79;
/// Properties of a shape, as attributes of the same name.
const SHAPE: [&str; 9] = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "opacity",
];
const TEXT: [&str; 5] = ["font-family", "font-size", "font-weight", "font-style", "text-anchor"];

pub fn style_of(element: &Element) -> Option<CssStyleDeclaration> {
    window().get_computed_style(element).ok().flatten()
}

pub fn get(style: &CssStyleDeclaration, property: &str) -> String {
    style.get_property_value(property).unwrap_or_default()
}

/// The number before a unit.
fn px(style: &CssStyleDeclaration, property: &str) -> f64 {
    get(style, property).trim_end_matches("px").parse().unwrap_or(0.0)
}

fn is_clear(colour: &str) -> bool {
    colour == "transparent" || colour.ends_with(", 0)") || colour.ends_with("/ 0)")
}

pub struct Pen {
    pub out: String,
    /// The page's point that is the picture's origin.
    pub left: f64,
    pub top: f64,
}

/// A box of the picture; what lies outside a scrolling box is not seen.
#[derive(Clone, Copy)]
pub struct Area {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Area {
    /// Whether the middle of a box lies within.
    fn shows(&self, other: &Area) -> bool {
        let (x, y) = (other.x + other.width / 2.0, other.y + other.height / 2.0);
        (self.x..=self.x + self.width).contains(&x) && (self.y..=self.y + self.height).contains(&y)
    }
}

impl Pen {
    pub fn area(&self, rect: &DomRect) -> Area {
        Area { x: rect.x() - self.left, y: rect.y() - self.top, width: rect.width(), height: rect.height() }
    }

    pub fn put(&mut self, part: std::fmt::Arguments<'_>) {
        // A string takes whatever is written.
        let _ = self.out.write_fmt(part);
    }

    pub fn element(&mut self, element: &Element, seen: Area) {
        let Some(style) = style_of(element) else { return };
        if element.matches(LEFT_OUT).unwrap_or(true)
            || get(&style, "display") == "none"
            || get(&style, "visibility") == "hidden"
        {
            return;
        }
        let area = self.area(&element.get_bounding_client_rect());
        let has_box = area.width > 0.0 && area.height > 0.0;
        let opacity = get(&style, "opacity");
        self.put(format_args!("<g{}>", if opacity == "1" { String::new() } else { format!(" opacity=\"{opacity}\"") }));
        if has_box && seen.shows(&area) {
            self.frame(&style, area);
        }
        let scrolls = get(&style, "overflow-y") != "visible";
        let seen = if scrolls && has_box { area } else { seen };
        match element.tag_name().as_str() {
            "svg" if seen.shows(&area) => self.svg(element, area),
            "SELECT" => {
                if let Some(chosen) = element.query_selector("option:checked").ok().flatten() {
                    let chosen = chosen.text_content().unwrap_or_default();
                    let height = px(&style, "font-size") * 1.2;
                    let y = area.y + (area.height - height) / 2.0;
                    self.words(chosen.trim(), &style, Area { x: area.x + 6.0, y, height, ..area });
                }
            }
            "CANVAS" if seen.shows(&area) => self.canvas(element, &style, area),
            _ => {
                if element.tag_name() == "LI" {
                    self.mark(element, area);
                }
                let children = element.child_nodes();
                let closed = element.tag_name() == "DETAILS" && !element.has_attribute("open");
                for child in (0..children.length()).filter_map(|i| children.get(i)) {
                    match child.dyn_ref::<Element>() {
                        Some(child) if closed && child.tag_name() != "SUMMARY" => {}
                        Some(child) => self.element(child, seen),
                        None if child.node_type() == Node::TEXT_NODE => self.text(&child, &style, seen),
                        None => {}
                    }
                }
            }
        }
        self.out.push_str("</g>");
    }

    /// Ground, borders and outline.
    fn frame(&mut self, style: &CssStyleDeclaration, Area { x, y, width, height }: Area) {
        let ground = get(style, "background-color");
        let round = px(style, "border-top-left-radius").min(height / 2.0);
        if !is_clear(&ground) {
            self.put(format_args!(
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{round}\" fill=\"{ground}\"/>"
            ));
        }
        let side = |name: &str| {
            let (size, colour) =
                (px(style, &format!("border-{name}-width")), get(style, &format!("border-{name}-color")));
            (size > 0.0 && get(style, &format!("border-{name}-style")) != "none" && !is_clear(&colour))
                .then_some((size, colour))
        };
        let sides = ["top", "right", "bottom", "left"].map(side);
        if let [Some((size, colour)), Some(_), Some(_), Some(_)] = &sides {
            let dashes = if get(style, "border-top-style") == "dashed" { " stroke-dasharray=\"3 3\"" } else { "" };
            let half = size / 2.0;
            let inner = Area { x: x + half, y: y + half, width: width - size, height: height - size };
            self.edge(inner, &format!("rx=\"{round}\" stroke=\"{colour}\" stroke-width=\"{size}\"{dashes}"));
        } else {
            let (right, foot) = (x + width, y + height);
            let ends = [[x, y, right, y], [right, y, right, foot], [x, foot, right, foot], [x, y, x, foot]];
            for (ends, (size, colour)) in ends.into_iter().zip(&sides).filter_map(|(e, s)| Some((e, s.as_ref()?))) {
                self.line(ends, colour, *size, "");
            }
        }
        if get(style, "outline-style") == "solid" {
            let (size, colour) = (px(style, "outline-width"), get(style, "outline-color"));
            let outer = Area { x: x - size, y: y - size, width: width + 2.0 * size, height: height + 2.0 * size };
            self.edge(outer, &format!("rx=\"3\" stroke=\"{colour}\" stroke-width=\"{size}\""));
        }
    }

    fn edge(&mut self, Area { x, y, width, height }: Area, line: &str) {
        self.put(format_args!(
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"none\" {line}/>"
        ));
    }

    fn line(&mut self, [x1, y1, x2, y2]: [f64; 4], colour: &str, size: f64, more: &str) {
        self.put(format_args!(
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{colour}\" stroke-width=\"{size}\"{more}/>"
        ));
    }

    /// The line that a legend has before each of its words.
    fn mark(&mut self, item: &Element, area: Area) {
        let Ok(Some(style)) = window().get_computed_style_with_pseudo_elt(item, "::before") else { return };
        let size = px(&style, "border-top-width");
        if get(&style, "content") != "none" && size > 0.0 {
            let dashes = if get(&style, "border-top-style") == "dashed" { " stroke-dasharray=\"5 4\"" } else { "" };
            let middle = area.y + area.height / 2.0;
            let ends = [area.x, middle, area.x + px(&style, "width"), middle];
            self.line(ends, &get(&style, "border-top-color"), size, dashes);
        }
    }

    fn canvas(&mut self, element: &Element, style: &CssStyleDeclaration, Area { x, y, width, height }: Area) {
        let Some(data) = element.dyn_ref::<HtmlCanvasElement>().and_then(|c| c.to_data_url().ok()) else { return };
        let rendering = get(style, "image-rendering");
        self.put(format_args!(
            "<image x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" preserveAspectRatio=\"none\" image-rendering=\"{rendering}\" href=\"{data}\"/>"
        ));
    }

    /// A text line by line, as the browser has broken it.
    fn text(&mut self, node: &Node, style: &CssStyleDeclaration, seen: Area) {
        let all: Vec<u16> = node.text_content().unwrap_or_default().encode_utf16().collect();
        let Ok(range) = document().create_range() else { return };
        let is_space = |c: &u16| matches!(c, 9 | 10 | 13 | 32);
        let mut lines: Vec<(String, Area)> = Vec::new();
        let mut at = 0;
        while let Some(from) = all[at..].iter().position(|c| !is_space(c)).map(|n| n + at) {
            at = all[from..].iter().position(is_space).map_or(all.len(), |n| n + from);
            if range.set_start(node, from as u32).is_err() || range.set_end(node, at as u32).is_err() {
                return;
            }
            let area = self.area(&range.get_bounding_client_rect());
            let word = String::from_utf16_lossy(&all[from..at]);
            match lines.last_mut() {
                Some((line, first)) if (first.y - area.y).abs() < 2.0 => {
                    line.push(' ');
                    line.push_str(&word);
                    first.width = area.x + area.width - first.x;
                }
                _ => lines.push((word, area)),
            }
        }
        for (line, area) in lines.into_iter().filter(|(_, area)| area.width > 0.0 && seen.shows(area)) {
            self.words(&line, style, area);
        }
    }

    /// One line of text in its box.
    fn words(&mut self, line: &str, style: &CssStyleDeclaration, area: Area) {
        let place = if get(style, "writing-mode").starts_with("vertical") {
            // The page turns its upright names so that they are read from below.
            let x = area.x + area.width * BASELINE;
            format!("transform=\"translate({x:.1} {:.1}) rotate(-90)\"", area.y + area.height)
        } else {
            format!("x=\"{:.1}\" y=\"{:.1}\"", area.x, area.y + area.height * BASELINE)
        };
        self.put(format_args!("<text {place} fill=\"{}\"", get(style, "color")));
        for name in &TEXT[..4] {
            self.put(format_args!(" {name}=\"{}\"", escaped(&get(style, name))));
        }
        let decoration = get(style, "text-decoration-line");
        if decoration != "none" {
            self.put(format_args!(" text-decoration=\"{decoration}\""));
        }
        self.put(format_args!(">{}</text>", escaped(line)));
    }

    fn svg(&mut self, element: &Element, Area { x, y, width, height }: Area) {
        self.put(format_args!(
            "<svg x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" overflow=\"visible\""
        ));
        for name in ["viewBox", "preserveAspectRatio"] {
            if let Some(value) = element.get_attribute(name) {
                self.put(format_args!(" {name}=\"{}\"", escaped(&value)));
            }
        }
        self.out.push('>');
        self.nodes(element);
        self.out.push_str("</svg>");
    }

    /// What is in an SVG, with its styles written out.
    fn nodes(&mut self, parent: &Element) {
        let children = parent.child_nodes();
        for child in (0..children.length()).filter_map(|i| children.get(i)) {
            let Some(element) = child.dyn_ref::<Element>() else {
                if child.node_type() == Node::TEXT_NODE {
                    self.out.push_str(&escaped(&child.text_content().unwrap_or_default()));
                }
                continue;
            };
            let tag = element.tag_name();
            let drawn = !matches!(tag.as_str(), "g" | "title" | "desc" | "defs" | "marker");
            let is_text = matches!(tag.as_str(), "text" | "tspan");
            let styled: &[&str] = if drawn { &SHAPE } else { &SHAPE[8..] };
            let text: &[&str] = if is_text { &TEXT } else { &[] };
            self.put(format_args!("<{tag}"));
            for name in element.get_attribute_names().iter().filter_map(|n| n.as_string()) {
                let ours = styled.contains(&name.as_str()) || text.contains(&name.as_str());
                let of_page = ["class", "style", "role", "tabindex"].contains(&name.as_str())
                    || name.starts_with("aria-")
                    || name.starts_with("data-");
                if let Some(value) = element.get_attribute(&name).filter(|_| !ours && !of_page) {
                    self.put(format_args!(" {name}=\"{}\"", escaped(&value)));
                }
            }
            if let Some(style) = style_of(element) {
                for name in styled.iter().chain(text) {
                    let value = get(&style, name);
                    // Defaults go without saying.
                    if !matches!(
                        (*name, value.as_str()),
                        ("opacity" | "fill-opacity" | "stroke-opacity", "1") | ("stroke" | "stroke-dasharray", "none")
                    ) {
                        self.put(format_args!(" {name}=\"{}\"", escaped(&value)));
                    }
                }
            }
            self.out.push('>');
            self.nodes(element);
            self.put(format_args!("</{tag}>"));
        }
    }
}
