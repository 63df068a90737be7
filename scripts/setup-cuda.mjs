// `npm run setup:cuda`: downloads the CUDA 12 libraries of onnxruntime-node, which .npmrc otherwise skips
// because they are large and only Linux machines with an NVIDIA card use them.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fail, node24, progress, root } from './prepare.mjs';

if (process.platform !== 'linux' || process.arch !== 'x64') {
  fail('onnxruntime-node has CUDA libraries for Linux on x64 only. On Windows the app uses DirectML.');
}
progress("Downloading ONNX Runtime's CUDA libraries…");
const result = spawnSync(node24, [path.join(root, 'node_modules/onnxruntime-node/script/install.js')], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, npm_config_onnxruntime_node_install: 'cuda12' },
});
if (result.status !== 0) fail('The download failed; its messages are above. Is nuget.org reachable?');
progress('Done. Restart the app; Home shows the execution provider in use.');
