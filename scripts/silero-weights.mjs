// Takes the 16 kHz weights of Silero VAD v6 out of the ONNX file of a development dependency, and writes them as a module.
// Runs after `npm ci` and ahead of a build; what it writes is not kept in the repository.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const model = path('node_modules/@ricky0123/vad-web/dist/silero_vad_v6.onnx');
const module = path('src/dsp/silero/silero-weights.ts');

/** The fields of a protobuf message: number and value, which is a number, or bytes. */
function* fieldsOf(bytes) {
  let at = 0;
  const varint = () => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  const take = (length) => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const type = tag & 7;
    yield [tag >>> 3, type === 0 ? varint() : take(type === 2 ? varint() : type === 1 ? 8 : 4)];
  }
}
const all = (bytes, number) => [...fieldsOf(bytes)].filter(([field]) => field === number).map(([, value]) => value);
const one = (bytes, number) => all(bytes, number)[0];
const textOf = (bytes) => Buffer.from(bytes ?? []).toString();

// Field numbers: ModelProto.graph 7; GraphProto.node 1; NodeProto.op_type 4, .attribute 5; AttributeProto.name 1, .t 5, .g 6;
// TensorProto.data_type 2, .name 8, .raw_data 9 (onnx.proto3).
const nodesOf = (graph) => all(graph, 1).map((node) => ({ type: textOf(one(node, 4)), attributes: all(node, 5) }));
const branchOf = (graph) => {
  const [choice] = nodesOf(graph).filter(({ type }) => type === 'If');
  return one(
    choice.attributes.find((attribute) => textOf(one(attribute, 1)) === 'then_branch'),
    6,
  );
};
const floatsOf = (raw) => new Float32Array(new Uint8Array(raw).buffer);
const tensorsOf = (graph) =>
  new Map(
    nodesOf(graph)
      .filter(({ type }) => type === 'Constant')
      .map(({ attributes }) => one(attributes[0], 5))
      .filter((tensor) => one(tensor, 2) === 1 && textOf(one(tensor, 8)) !== '')
      .map((tensor) => [textOf(one(tensor, 8)), floatsOf(one(tensor, 9))]),
  );

/** The window function and the transform are computed, not shipped: they must be what the model has. */
const assertTransform = (basis) => {
  for (let row = 0; row < 258; row++) {
    for (let n = 0; n < 256; n++) {
      const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / 256);
      const angle = (2 * Math.PI * (row % 129) * n) / 256;
      const expected = window * (row < 129 ? Math.cos(angle) : -Math.sin(angle));
      if (Math.abs(basis[row * 256 + n] - expected) > 1e-6) throw new Error(`${model}: not the transform of Silero VAD v6`);
    }
  }
};

/** Rows of a convolution: the taps that ever meet sound, one after the other, each filled up with zeros to whole vectors. */
const convolution = (tensors, index, channels, taps) => {
  const weights = tensors.get(`encoder.${index}.reparam_conv.weight`);
  const biases = tensors.get(`encoder.${index}.reparam_conv.bias`);
  const width = Math.ceil(channels / 4) * 4;
  const rows = [...biases].map((_, row) =>
    taps.flatMap((tap) => Array.from({ length: width }, (_, c) => (c < channels ? weights[(row * channels + c) * 3 + tap] : 0))),
  );
  return { rows, biases: [...biases] };
};
const recurrence = (tensors) => {
  const [input, state] = [tensors.get('decoder.rnn.weight_ih'), tensors.get('decoder.rnn.weight_hh')];
  const [first, second] = [tensors.get('decoder.rnn.bias_ih'), tensors.get('decoder.rnn.bias_hh')];
  const rows = Array.from({ length: 512 }, (_, row) => [
    ...input.subarray(row * 128, row * 128 + 128),
    ...state.subarray(row * 128, row * 128 + 128),
  ]);
  return { rows, biases: [...first].map((bias, row) => bias + second[row]) };
};
const decision = (tensors) => ({
  rows: [[...tensors.get('decoder.decoder.2.weight')]],
  biases: [...tensors.get('decoder.decoder.2.bias')],
});

/**
 * Three bytes a weight, with a scale for each row: probabilities are those of the model within 3e-6. Two bytes are too few (1e-3), four are what the
 * model has.
 */
const packed = (layers) => {
  const scales = layers.flatMap(({ rows }) => rows.map((row) => Math.max(...row.map(Math.abs)) / (2 ** 23 - 1)));
  const biases = layers.flatMap((layer) => layer.biases);
  const floats = Float32Array.from([...scales, ...biases]);
  // Whoever reads multiplies with the scale as it is written.
  const weights = layers.flatMap(({ rows }) => rows).flatMap((row, at) => row.map((weight) => Math.round(weight / floats[at])));
  const bytes = Buffer.alloc(weights.length * 3);
  weights.forEach((weight, at) => {
    bytes.writeIntLE(Math.max(1 - 2 ** 23, Math.min(2 ** 23 - 1, weight)), at * 3, 3);
  });
  return Buffer.concat([Buffer.from(floats.buffer), bytes]);
};

const write = () => {
  const tensors = tensorsOf(branchOf(one(readFileSync(model), 7)));
  assertTransform(tensors.get('stft.forward_basis_buffer'));
  const layers = [
    convolution(tensors, 0, 129, [0, 1, 2]),
    convolution(tensors, 1, 128, [0, 1, 2]),
    // Two columns of the spectrum are left here, and then one: the other taps meet nothing but padding.
    convolution(tensors, 2, 64, [1, 2]),
    convolution(tensors, 3, 64, [1]),
    recurrence(tensors),
    decision(tensors),
  ];
  const text = packed(layers).toString('base64');
  writeFileSync(
    module,
    `// Made by scripts/silero-weights.mjs of Silero VAD v6, MIT License, Copyright (c) 2020-present Silero Team.\nexport const sileroWeights =\n  '${text}';\n`,
  );
};

// Whoever installs without development dependencies has no model, and no use for the sources.
if (existsSync(model)) write();
else console.warn('silero-weights: @ricky0123/vad-web is not installed; the sources have no weights for silero()');
