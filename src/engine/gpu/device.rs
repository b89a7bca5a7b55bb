//! Adapter and device: asked for with the baseline's limits, watched for errors and loss.

use super::AdapterPolicy;
use crate::engine::EngineError;
use std::sync::{Arc, Mutex, PoisonError};

/// What happened to the device, written by wgpu's callbacks.
#[derive(Debug, Default)]
pub struct Health {
    lost: Mutex<Option<String>>,
    error: Mutex<Option<EngineError>>,
}

impl Health {
    pub fn lost(&self) -> Option<String> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The first reason stays.
    pub fn set_lost(&self, reason: String) {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(reason);
    }

    fn set_error(&self, error: EngineError) {
        self.error.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    /// Takes the first error since the last look; loss goes before it.
    pub fn check(&self) -> Result<(), EngineError> {
        if let Some(reason) = self.lost() {
            return Err(EngineError::GpuLost { reason });
        }
        match self.error.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

impl From<wgpu::Error> for EngineError {
    fn from(e: wgpu::Error) -> Self {
        let reason = e.to_string();
        match e {
            wgpu::Error::OutOfMemory { .. } => Self::OutOfMemory { reason },
            _ => Self::Compute(reason),
        }
    }
}

pub struct Gpu {
    pub device: wgpu::Device,
    pub queue: wgpu::Queue,
    pub health: Arc<Health>,
    pub name: String,
    pub software: bool,
}

/// The limits every kernel keeps to: WebGPU's defaults.
pub fn baseline() -> wgpu::Limits {
    wgpu::Limits::defaults()
}

impl Gpu {
    pub async fn new(policy: AdapterPolicy) -> Result<Self, EngineError> {
        let none = |reason: String| EngineError::NoAdapter { reason };
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let options = wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            ..Default::default()
        };
        let adapter = instance.request_adapter(&options).await.map_err(|e| {
            // wgpu lists every backend it lacks; in a browser there is but one thing to tell.
            none(if cfg!(target_arch = "wasm32") {
                "this browser offers WebGPU no graphics adapter".into()
            } else {
                e.to_string()
            })
        })?;
        let info = adapter.get_info();
        let mut name = adapter_name(&info);
        let software = is_software(&info);
        if software && policy == AdapterPolicy::HardwareOnly {
            return Err(none(format!("the adapter ({name}) is a software one, slower than the CPU engine")));
        }
        check_limits(&adapter.limits())?;
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("bertscope"),
            required_limits: baseline(),
            memory_hints: wgpu::MemoryHints::MemoryUsage,
            ..Default::default()
        };
        let (device, queue) = adapter.request_device(&descriptor).await.map_err(|e| none(e.to_string()))?;
        if let Some(words) = web_adapter_words(&device).filter(|_| info.name.trim().is_empty()) {
            name = words;
        }
        let health = Arc::new(Health::default());
        let seen = health.clone();
        device.set_device_lost_callback(move |reason, text| {
            seen.set_lost(if text.is_empty() { format!("{reason:?}") } else { text });
        });
        let seen = health.clone();
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| seen.set_error(error.into())));
        Ok(Self { device, queue, health, name, software })
    }
}

/// The limits that the kernels use; anything below the baseline is refused by name.
pub fn check_limits(has: &wgpu::Limits) -> Result<(), EngineError> {
    let need = baseline();
    let pairs = [
        (
            "maxStorageBuffersPerShaderStage",
            u64::from(need.max_storage_buffers_per_shader_stage),
            u64::from(has.max_storage_buffers_per_shader_stage),
        ),
        ("maxStorageBufferBindingSize", need.max_storage_buffer_binding_size, has.max_storage_buffer_binding_size),
        ("maxBufferSize", need.max_buffer_size, has.max_buffer_size),
        (
            "maxComputeWorkgroupStorageSize",
            u64::from(need.max_compute_workgroup_storage_size),
            u64::from(has.max_compute_workgroup_storage_size),
        ),
        (
            "maxComputeInvocationsPerWorkgroup",
            u64::from(need.max_compute_invocations_per_workgroup),
            u64::from(has.max_compute_invocations_per_workgroup),
        ),
        (
            "maxComputeWorkgroupsPerDimension",
            u64::from(need.max_compute_workgroups_per_dimension),
            u64::from(has.max_compute_workgroups_per_dimension),
        ),
    ];
    match pairs.into_iter().find(|(_, needed, available)| available < needed) {
        Some((limit, needed, available)) => Err(EngineError::GpuLimit { limit: limit.into(), needed, available }),
        None => Ok(()),
    }
}

/// Browsers hide the name of some adapters and give a description or an architecture instead.
fn adapter_name(info: &wgpu::AdapterInfo) -> String {
    [&info.name, &info.driver_info, &info.driver]
        .into_iter()
        .find(|s| !s.trim().is_empty())
        .cloned()
        .unwrap_or_else(|| "GPU".into())
}

/// Vendor and architecture as the browser tells them, which wgpu leaves out.
#[cfg(target_arch = "wasm32")]
fn web_adapter_words(device: &wgpu::Device) -> Option<String> {
    use wasm_bindgen::JsValue;
    let get = |from: &JsValue, key: &str| js_sys::Reflect::get(from, &JsValue::from_str(key)).ok();
    let info = get(device.as_webgpu()?.as_ref(), "adapterInfo")?;
    let words: Vec<String> = ["vendor", "architecture"]
        .iter()
        .filter_map(|key| get(&info, key)?.as_string())
        .filter(|s| !s.is_empty())
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(not(target_arch = "wasm32"))]
fn web_adapter_words(_device: &wgpu::Device) -> Option<String> {
    None
}

fn is_software(info: &wgpu::AdapterInfo) -> bool {
    let text = format!("{} {} {}", info.name, info.driver, info.driver_info).to_lowercase();
    info.device_type == wgpu::DeviceType::Cpu
        || ["swiftshader", "llvmpipe", "lavapipe", "basic render", "warp"].iter().any(|s| text.contains(s))
}
