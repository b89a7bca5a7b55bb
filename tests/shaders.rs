//! The kernel table and the files agree, and naga takes every kernel at the baseline.
#![allow(clippy::unwrap_used)]

use bertscope::engine::gpu::kernels::{Access, Kernel, TABLE};
use naga::valid::Capabilities;
use std::collections::BTreeSet;

/// What WebGPU gives without a feature: f16 pairs unpacked to f32 (`unpack2x16float`) are core.
const BASELINE: Capabilities = Capabilities::SHADER_FLOAT16_IN_FLOAT32;

fn parse(kernel: &Kernel) -> naga::Module {
    naga::front::wgsl::parse_str(&kernel.source())
        .unwrap_or_else(|e| panic!("{}: {}", kernel.name, e.emit_to_string(&kernel.source())))
}

#[test]
fn every_file_has_an_entry_and_every_entry_a_file() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/engine/gpu/shaders");
    let files: BTreeSet<String> =
        std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    let mut listed: BTreeSet<String> = TABLE.iter().map(|k| format!("{}.wgsl", k.name)).collect();
    assert_eq!(listed.len(), TABLE.len(), "two kernels of one name");
    for prelude in TABLE.iter().flat_map(|k| k.prelude) {
        listed.insert(format!("{}.wgsl", prelude.name));
    }
    assert_eq!(files, listed);
    for kernel in TABLE {
        let text = std::fs::read_to_string(format!("{folder}/{}.wgsl", kernel.name)).unwrap();
        assert_eq!(text, kernel.wgsl, "{}: the entry includes another file", kernel.name);
        // The browser's test of the shaders reads the preludes from this line.
        let said = text.lines().find_map(|l| l.strip_prefix("// After ")?.strip_suffix('.')).unwrap_or_default();
        let preludes: Vec<String> = kernel.prelude.iter().map(|p| format!("{}.wgsl", p.name)).collect();
        assert_eq!(said, preludes.join(", "), "{}", kernel.name);
        assert!(text.lines().count() <= 150, "{}: longer than 150 lines", kernel.name);
        assert!(!kernel.equals.is_empty());
    }
}

#[test]
fn naga_takes_every_kernel_without_a_feature() {
    use naga::valid::{ValidationFlags, Validator};
    for kernel in TABLE {
        let module = parse(kernel);
        let mut validator = Validator::new(ValidationFlags::all(), BASELINE);
        if let Err(e) = validator.validate(&module) {
            panic!("{}: {}", kernel.name, e.emit_to_string(&kernel.source()));
        }
    }
}

#[test]
fn a_kernel_with_a_mistake_is_refused() {
    use naga::valid::{ValidationFlags, Validator};
    let wrong = TABLE[0].source().replacen("call[0]", "call[0.5]", 1);
    assert_ne!(wrong, TABLE[0].source());
    let refused = match naga::front::wgsl::parse_str(&wrong) {
        Err(_) => true,
        Ok(m) => Validator::new(ValidationFlags::all(), BASELINE).validate(&m).is_err(),
    };
    assert!(refused);
}

#[test]
fn overrides_bindings_and_limits_are_as_the_table_says() {
    for kernel in TABLE {
        let module = parse(kernel);
        let overrides: BTreeSet<&str> = module.overrides.iter().filter_map(|(_, o)| o.name.as_deref()).collect();
        let listed: BTreeSet<&str> = kernel.overrides.iter().copied().collect();
        assert_eq!(overrides, listed, "{}", kernel.name);
        let mut bindings: Vec<(u32, Access)> = Vec::new();
        let mut shared_bytes = 0;
        let mut layouter = naga::proc::Layouter::default();
        layouter.update(module.to_ctx()).unwrap();
        for (_, v) in module.global_variables.iter() {
            let access = match v.space {
                naga::AddressSpace::Uniform => Access::Uniform,
                naga::AddressSpace::Storage { access } if access.contains(naga::StorageAccess::STORE) => Access::Write,
                naga::AddressSpace::Storage { .. } => Access::Read,
                naga::AddressSpace::WorkGroup => {
                    shared_bytes += layouter[v.ty].size;
                    continue;
                }
                _ => continue,
            };
            let binding = v.binding.as_ref().unwrap();
            assert_eq!(binding.group, 0);
            bindings.push((binding.binding, access));
        }
        bindings.sort_by_key(|b| b.0);
        let listed: Vec<(u32, Access)> = (0..).zip(kernel.bindings.iter().copied()).collect();
        assert_eq!(bindings, listed, "{}", kernel.name);
        let storage = listed.iter().filter(|b| b.1 != Access::Uniform).count();
        assert!(storage <= 8, "{}: {storage} storage buffers", kernel.name);
        assert!(shared_bytes <= 16384, "{}: {shared_bytes} bytes of workgroup memory", kernel.name);
        let [entry] = &module.entry_points[..] else { panic!("{}: one entry point", kernel.name) };
        assert_eq!(entry.name, "main");
        assert!(entry.workgroup_size.iter().product::<u32>() <= 256, "{}", kernel.name);
    }
}
