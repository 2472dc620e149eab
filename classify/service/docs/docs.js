// The routes of the service as a page, made of its OpenAPI description. Texts are set as text, never as HTML.

const routes = document.querySelector("#routes");

function element(name, text, ...children) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

function typeOf(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" | ");
  if (schema.type === "array") return `list of ${typeOf(schema.items) || "values"}`;
  return [schema.type].flat().join(" | ");
}

function table(headings, rows) {
  const head = element("tr", "", ...headings.map((text) => element("th", text)));
  const body = rows.map((cells) => element("tr", "", ...cells.map((text) => element("td", text))));
  return element("table", "", element("thead", "", head), element("tbody", "", ...body));
}

function route(path, method, described) {
  const made = element("details", "", element("summary", "", element("b", method.toUpperCase()), element("code", path),
    document.createTextNode(` ${described.summary ?? ""}`)));
  if (described.description) made.append(element("p", described.description));
  const parameters = (described.parameters ?? []).map((one) =>
    [one.name, one.in, typeOf(one.schema), String(one.schema?.default ?? ""), one.description ?? one.schema?.description ?? ""]);
  if (parameters.length) made.append(table(["parameter", "in", "type", "default", ""], parameters));
  const bodies = Object.entries(described.requestBody?.content ?? {}).map(([type, one]) => [type, typeOf(one.schema)]);
  if (bodies.length) made.append(table(["body", "schema"], bodies));
  const answers = Object.entries(described.responses ?? {}).map(([status, one]) => [
    status, one.description ?? "",
    Object.entries(one.content ?? {}).map(([type, found]) => `${type} ${typeOf(found.schema)}`.trim()).join(", ")]);
  made.append(table(["status", "", "answer"], answers));
  return made;
}

async function show() {
  const answer = await fetch("/openapi.json");
  const described = await answer.json();
  for (const [path, methods] of Object.entries(described.paths)) {
    for (const [method, one] of Object.entries(methods)) routes.append(route(path, method, one));
  }
  routes.append(element("h2", "Schemas"));
  for (const [name, schema] of Object.entries(described.components?.schemas ?? {})) {
    routes.append(element("details", "", element("summary", name), element("pre", JSON.stringify(schema, null, 2))));
  }
}

show().catch((error) => routes.append(element("p", `The description can't be loaded (${error}).`)));
