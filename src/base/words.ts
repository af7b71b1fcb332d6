/**
 * Four bytes at a time. Measured on 60 MB: summing 7 ms instead of 43 byte by byte, escaping JSON 45
 * instead of 256.
 */

let latest = new Uint8Array(0) as Uint8Array;
let latestView = viewFor(latest);
let earlier = latest;
let earlierView = latestView;

/**
 * A view of `data`, with the same offsets. Making one, and even asking an array for its buffer, costs
 * as much as reading a line; so the views of the two arrays used last are kept. In a loop over packets
 * they are the chunk being read and the buffer of the line being put together.
 */
export function viewOf(data: Uint8Array): DataView {
  if (data === latest) return latestView;
  const view = data === earlier ? earlierView : viewFor(data);
  earlier = latest;
  earlierView = latestView;
  latest = data;
  latestView = view;
  return view;
}

function viewFor(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}

/** Copies `data[start..end)` to `to[at...]`. For some ten to a few hundred bytes. */
export function copyBytes(
  data: Uint8Array,
  start: number,
  end: number,
  to: Uint8Array,
  at: number,
): void {
  const from = viewOf(data);
  const into = viewOf(to);
  const shift = at - start;
  let i = start;
  for (; i + 3 < end; i += 4) into.setInt32(i + shift, from.getInt32(i));
  for (; i < end; i++) to[i + shift] = data[i] ?? 0;
}
