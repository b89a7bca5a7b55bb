// gm (rows of a table, H) += Σ dx over the tokens that read each row: the gradient of looking it up.
//
// A workgroup a token. The first token that reads a row gathers for all that do, in their order, so that no two write
// one row and every sum has a fixed order; gm holds 0, or what earlier micro-batches gave.

/// H / 4
override WIDTH4: u32;
/// Where the table begins, in vec4s.
override GM_AT4: u32;
/// 0: words. 1: positions. 2: segments.
override TABLE: u32;

@group(0) @binding(0) var<storage, read> call: array<u32>;
@group(0) @binding(1) var<storage, read> dx: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> gm: array<vec4f>;

/// The row that a token reads.
fn row_of(token: u32) -> u32 {
    let at = call[7] + token * 2u;
    if (TABLE == 0u) {
        return call[at];
    }
    let place = call[at + 1u];
    return select(place & 0xffffu, (place >> 16u) & 0xfffu, TABLE == 2u);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) t: u32) {
    let own = group.x;
    let row = row_of(own);
    for (var m = 0u; m < own; m++) {
        if (row_of(m) == row) {
            return;
        }
    }
    let to = GM_AT4 + row * WIDTH4;
    for (var i = t; i < WIDTH4; i += 64u) {
        var sum = gm[to + i];
        for (var m = own; m < call[0]; m++) {
            if (row_of(m) == row) {
                sum += dx[m * WIDTH4 + i];
            }
        }
        gm[to + i] = sum;
    }
}
