// Calls of the HTTP API, which is described at /docs.

let tokenAsker = null;

/** An answer that is not a success; `code` is stable, `message` one line for the reader, `status` 0 without an answer. */
export class ApiError extends Error {
  constructor(status, body) {
    super(body.message ?? body.error ?? String(status));
    this.status = status;
    this.code = body.error ?? "unknown";
    this.body = body;
  }
}

/** Set the function that asks the reader for the token; it resolves when there is a session. */
export function onTokenNeeded(asker) {
  tokenAsker = asker;
}

/**
 * Call the service. `json` is sent as JSON, `body` as it is; resolves to the parsed answer, null for none.
 * Throws ApiError.
 */
export async function call(method, path, { json, body, type, signal } = {}) {
  const headers = { Accept: "application/json" };
  if (json !== undefined) headers["Content-Type"] = "application/json";
  else if (body !== undefined) headers["Content-Type"] = type ?? "application/octet-stream";
  const options = { method, headers, body: json === undefined ? body : JSON.stringify(json), signal };
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, { error: "offline", message: "the service does not answer" });
  }
  const answer = await parsed(response);
  if (response.ok) return answer;
  const failure = new ApiError(response.status, answer ?? {});
  if (failure.code === "token_missing" && tokenAsker) {
    await tokenAsker();
    return call(method, path, { json, body, type, signal });
  }
  throw failure;
}

async function parsed(response) {
  const text = await response.text();
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return { error: "unknown", message: `${response.status} ${response.statusText}` };
  }
}

const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value !== "")).toString();

export const get = (path, options) => call("GET", path, options);
export const readPage = (file, body) => call("POST", `/v1/pages?${query({ file })}`, { body });
export const readRecords = (file, records) => call("POST", `/v1/articles?${query({ file })}`, { json: records });
export const getDocument = (document) => get(`/v1/documents/${document}`);
export const getArticles = (document) => get(`/v1/documents/${document}/articles`);
export const articlesOf = (document, articles) => call("POST", `/v1/documents/${document}/articles`, { json: { articles } });
export const explain = (article, signal) => call("POST", "/v1/explanations?top=8", { json: article, signal });
export const saveCorrection = (correction) => call("POST", "/v1/corrections", { json: correction });
export const undoCorrection = (id, version) => call("POST", `/v1/corrections/${id}/undo`, { json: { version } });
export const listCorrections = (values) => get(`/v1/corrections?${query(values)}`);
