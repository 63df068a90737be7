/**
 * Process mitigations that are set when the worker is created (PROCESS_CREATION_MITIGATION_POLICY_…, winbase.h),
 * each by the bit of its ALWAYS_ON value in the first word.
 *
 * Left out, and why:
 * - PROHIBIT_DYNAMIC_CODE: V8 and the graphics drivers make code at run time.
 * - BLOCK_NON_MICROSOFT_BINARIES: Node and ONNX Runtime's libraries are not Microsoft's, nor are the drivers.
 * - WIN32K_SYSTEM_CALL_DISABLE: node.exe loads user32, which does not start without them, whatever the provider;
 *   DirectML and WebGPU besides call the graphics kernel through them.
 * - IMAGE_LOAD_PREFER_SYSTEM32: Windows has an onnxruntime.dll and a DirectML.dll of its own in System32, older than
 *   those that our ONNX Runtime brings and needs.
 * - CONTROL_FLOW_GUARD and shadow stacks: on by themselves for programs built for them; forcing them ends Node.
 */
export const MITIGATION_BITS = {
  FORCE_RELOCATE_IMAGES: 8n,
  HEAP_TERMINATE: 12n,
  BOTTOM_UP_ASLR: 16n,
  HIGH_ENTROPY_ASLR: 20n,
  STRICT_HANDLE_CHECKS: 24n,
  EXTENSION_POINT_DISABLE: 32n,
  FONT_DISABLE: 48n,
  IMAGE_LOAD_NO_REMOTE: 52n,
  IMAGE_LOAD_NO_LOW_LABEL: 56n,
} as const;

/** The word that PROC_THREAD_ATTRIBUTE_MITIGATION_POLICY takes. */
export function mitigationPolicy(): bigint {
  return Object.values(MITIGATION_BITS).reduce((policy, bit) => policy | (1n << bit), 0n);
}
