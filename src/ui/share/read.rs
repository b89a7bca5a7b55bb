//! What a card shows, read off the page: no figure has to say it a second time.

use crate::engine::EngineKind;
use crate::ui::browser::all;
use crate::ui::logic::compare::plain;
use crate::ui::logic::shot::{Shot, Table};
use crate::ui::store::Store;
use crate::ui::words::{figures, share as words, shell};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlTextAreaElement, Node};

/// Longest text in a caption, in characters.
const MAX_TEXT: usize = 300;
/// What hangs below a figure is none of it.
const TOOLS: &str = ".tools";

/// The first in a card, but for its tools.
pub fn first(card: &Element, selector: &str) -> Option<Element> {
    below(card, selector).into_iter().next()
}

fn below(card: &Element, selector: &str) -> Vec<Element> {
    all(card, selector).into_iter().filter(|e| !is_within(e, TOOLS)).collect()
}

pub fn is_within(element: &Element, selector: &str) -> bool {
    element.closest(selector).ok().flatten().is_some()
}

fn text_of(element: &Element) -> String {
    element.text_content().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The name by which a card is known whatever it shows: its label, or else its heading.
pub fn figure(card: &Element) -> String {
    let labelled = || document().get_element_by_id(&card.get_attribute("aria-labelledby")?).map(|e| text_of(&e));
    card.get_attribute("aria-label").or_else(labelled).unwrap_or_else(|| heading(card))
}

fn heading(card: &Element) -> String {
    first(card, "h2, h3, caption, figcaption").map(|e| text_of(&e)).unwrap_or_default()
}

/// What tells a figure of the open lesson from all others, in any language.
pub fn id(store: Store, figure: &str) -> String {
    let lesson = store.address.with(|a| a.lesson.slug());
    format!("{lesson}/{}", figures::in_english(figure))
}

/// Whether what is shown answers another question than the one in the boxes.
pub fn is_stale(card: &Element) -> bool {
    is_within(card, ".stale") || first(card, ".stale").is_some()
}

/// The whole of a card as it is now.
pub fn shot(store: Store, card: &Element) -> Shot {
    let (fragment, lesson) = store.address.with_untracked(|a| (a.to_fragment(), shell::name(a.lesson)));
    let model = store.engine.with_untracked(|engine| {
        let engine = engine.as_ref()?;
        let title = store.loaded.with_untracked(|l| l.as_ref().map(|l| l.title.clone()))?;
        Some(words::model(&title, &engine.scheme, engine.kind == EngineKind::Gpu))
    });
    let badge = "[data-testid=recorded]";
    let around = card.closest(".answer, aside").ok().flatten();
    let around = around.map(|a| if a.tag_name() == "ASIDE" { a.parent_element().unwrap_or(a) } else { a });
    let recorded = first(card, badge).is_some() || around.is_some_and(|a| first(&a, badge).is_some());
    let figure = figure(card);
    Shot {
        id: untrack(|| id(store, &figure)),
        lesson: lesson.to_owned(),
        figure,
        title: heading(card),
        texts: texts(),
        fragment,
        model: model.unwrap_or_default(),
        recorded,
        lines: lines(card),
        tables: tables(card),
    }
}

/// What stands in the lesson's boxes; files that were pasted are not the question.
fn texts() -> Vec<String> {
    let boxes = all(&document().into(), "main textarea:not(.intake textarea)").into_iter();
    let values = boxes.filter_map(|e| e.dyn_into::<HtmlTextAreaElement>().ok()).map(|t| t.value());
    values.filter(|v| !v.trim().is_empty()).map(|v| v.chars().take(MAX_TEXT).collect()).collect()
}

/// The text twin, or all of the card's own sentences where there is none.
fn lines(card: &Element) -> Vec<String> {
    let inner = ":is(p, li:not(:has(p)), figcaption)";
    let twin = below(card, &format!(".twin {inner}"));
    let found = if twin.is_empty() { below(card, inner) } else { twin };
    found.iter().map(text_of).filter(|l| !l.is_empty()).collect()
}

/// Every table, and every list of marks that says by `data-columns` which of its marks' `data-` values are one.
pub fn tables(card: &Element) -> Vec<Table> {
    let found = below(card, "table, [data-columns]").into_iter();
    let table = |element: Element| match element.get_attribute("data-columns") {
        Some(columns) => marks(&element, &columns),
        None => cells(&element),
    };
    found.map(table).filter(|t| !t.rows.is_empty()).collect()
}

fn marks(element: &Element, columns: &str) -> Table {
    let head: Vec<String> = columns.split(' ').map(str::to_owned).collect();
    let marks = below(element, &format!("[data-{}]", head[0]));
    let value = |mark: &Element, column: &String| mark.get_attribute(&format!("data-{column}")).unwrap_or_default();
    let rows = marks.iter().map(|mark| head.iter().map(|column| value(mark, column)).collect()).collect();
    // Several lists in one card have their names above them.
    let name = element.parent_element().and_then(|p| first(&p, "h3"));
    Table { caption: name.map(|n| text_of(&n)).unwrap_or_default(), head, rows }
}

fn cells(table: &Element) -> Table {
    let mut out = Table::default();
    if let Some(caption) =
        first(table, "caption").or_else(|| table.closest("figure").ok()??.query_selector("figcaption").ok()?)
    {
        out.caption = text_of(&caption);
    }
    for row in below(table, "tr") {
        let is_head = is_within(&row, "thead");
        let cells = all(&row, "th, td").iter().map(cell).collect();
        if is_head { out.head = cells } else { out.rows.push(cells) }
    }
    out
}

/// The exact value where the page has it; parts of a cell are set apart by a space.
fn cell(cell: &Element) -> String {
    if let Some(value) = cell.get_attribute("data-value") {
        return value;
    }
    let mut parts = Vec::new();
    gather(cell, &mut parts);
    let text = parts.join(" ");
    if text.is_empty() { cell.get_attribute("data-share").unwrap_or_default() } else { plain(text, decimal_comma()) }
}

/// Whether the page's language writes 0,5.
fn decimal_comma() -> bool {
    document().document_element().and_then(|root| root.get_attribute("lang")).is_some_and(|lang| lang == "de")
}

fn gather(node: &Node, parts: &mut Vec<String>) {
    let children = node.child_nodes();
    for child in (0..children.length()).filter_map(|i| children.get(i)) {
        match child.node_type() {
            Node::TEXT_NODE => {
                let text = child.text_content().unwrap_or_default();
                let words: Vec<&str> = text.split([' ', '\n', '\t']).filter(|w| !w.is_empty()).collect();
                parts.extend((!words.is_empty()).then(|| words.join(" ")));
            }
            Node::ELEMENT_NODE if child.node_name() != "OPTION" => gather(&child, parts),
            _ => {}
        }
    }
}
