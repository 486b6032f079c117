// Calls of the Gradio endpoints: one answer, or a stream of growing ones. Same origin only.

export class CallError extends Error {}

const address = (path) => new URL(`gradio_api/${path}`, document.baseURI);

async function post(path, data, signal) {
  let response;
  try {
    response = await fetch(address(path), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ data }),
      signal,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new CallError("offline");
  }
  const body = await response.json().catch(() => ({}));
  if (response.status === 503 && !body.error) throw new CallError("busy");
  if (!response.ok) throw new CallError(body.error || (response.status < 500 && body.detail) || "fault");
  return body;
}

/** Call an endpoint that gives one value. */
export async function call(name, ...data) {
  return (await post(`run/${name}`, data)).data[0];
}

/** Call an endpoint that streams; `onValue` sees every value, the last one is returned. */
export async function stream(name, data, onValue, signal) {
  const { event_id: id } = await post(`call/${name}`, data, signal);
  const response = await fetch(address(`call/${name}/${id}`), { signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  let last = null;
  for (;;) {
    const { value, done } = await reader.read().catch((error) => {
      throw error.name === "AbortError" ? error : new CallError("offline");
    });
    if (done) break;
    buffer += value;
    const events = buffer.split("\n\n");
    buffer = events.pop();
    for (const event of events) {
      const parsed = parseEvent(event);
      if (parsed === null) continue;
      last = parsed;
      onValue(parsed);
    }
  }
  if (last === null) throw new CallError("offline");
  return last;
}

function parseEvent(text) {
  const kind = /^event: (.*)$/m.exec(text)?.[1];
  const data = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? "null");
  if (kind === "error") throw new CallError((typeof data === "string" ? data : data?.error) || "fault");
  return kind === "generating" || kind === "complete" ? data?.[0] ?? null : null;
}

/** Send files of staff; gives the ingest report. */
export async function uploadFiles(files) {
  const form = new FormData();
  for (const file of files) form.append("files", file);
  const response = await fetch(new URL("documents/upload", document.baseURI), {
    method: "POST", body: form, headers: { "x-requested-with": "alliance-assistant" },
  });
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new CallError(body.error || "fault");
  return body;
}
