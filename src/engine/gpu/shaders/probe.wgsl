// What a call changes in attention: in `call`, from word call[3] on, the sight of each row, then of each layer and row
// a bit for each head that says nothing. The kernel declares `call` and HEADS.

/// 0: nothing is changed, and the call has no such words.
override PROBE: u32;

/// 1: no later keys, 2: no earlier ones, 3: neither.
fn sight_of(row: u32) -> u32 {
    if (PROBE == 0u) {
        return 0u;
    }
    return call[call[3] + row];
}

fn is_silent(layer: u32, row: u32, head: u32) -> bool {
    if (PROBE == 0u) {
        return false;
    }
    let rows = call[1];
    let bits = call[call[3] + rows + (layer * rows + row) * ((HEADS + 31u) / 32u) + head / 32u];
    return ((bits >> (head % 32u)) & 1u) == 1u;
}

/// Scores of one key for queries query .. query+3; as good as −∞ where the sight hides it. Every query sees itself, so
/// what a hidden key adds before that fades to 0.
fn seen(scores: vec4f, key: u32, query: u32, sight: u32) -> vec4f {
    if (PROBE == 0u) {
        return scores;
    }
    let queries = vec4u(query) + vec4u(0u, 1u, 2u, 3u);
    let later = (vec4u(key) > queries) & vec4<bool>((sight & 1u) == 1u);
    let earlier = (vec4u(key) < queries) & vec4<bool>((sight & 2u) == 2u);
    return select(scores, vec4f(-3.0e38), later | earlier);
}
