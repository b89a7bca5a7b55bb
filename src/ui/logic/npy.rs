//! NumPy's file of one array, format 1.0: magic, version, a Python dictionary as text, then the numbers.

/// Bytes before the dictionary's text.
const BEFORE: usize = 10;
/// The numbers begin at a multiple of this.
const ALIGN: usize = 64;

/// `values` as f32, little-endian, row-major, of that shape.
pub fn npy(shape: &[usize], values: &[f32]) -> Vec<u8> {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    // A tuple of one has a comma behind it.
    let tuple = if sizes.len() == 1 { format!("{},", sizes[0]) } else { sizes.join(", ") };
    let mut header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({tuple}), }}");
    let whole = (BEFORE + header.len() + 1).next_multiple_of(ALIGN);
    header += &" ".repeat(whole - BEFORE - header.len() - 1);
    header.push('\n');
    let mut out = Vec::with_capacity(whole + 4 * values.len());
    out.extend(b"\x93NUMPY\x01\x00");
    out.extend((header.len() as u16).to_le_bytes());
    out.extend(header.as_bytes());
    out.extend(values.iter().flat_map(|v| v.to_le_bytes()));
    out
}
